"""What a database was last migrated to, read without loading what migrates."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from rustok.app.migrate.fingerprint import fingerprint
from rustok.app.migrate.roles import login_role, password
from rustok.core.modules.registry import Modules
from rustok.core.sql.discover import queries

FOUND = "SELECT fingerprint FROM sys_installation"
MISSING_LOGINS = """
    SELECT wanted.login FROM unnest($1::text[], $2::text[]) AS wanted (login, role)
    WHERE NOT EXISTS (
        SELECT FROM pg_roles r JOIN pg_roles g ON g.rolname = wanted.role
        WHERE r.rolname = wanted.login AND r.rolcanlogin AND pg_has_role(r.oid, g.oid, 'MEMBER'))
"""


def wanted(modules: Modules, secret_key: str) -> str:
    """What a current database says; another secret key means other passwords of the roles."""
    shape = fingerprint(modules, (query for _, query in queries(modules)))
    return f"{shape}-{password(secret_key, shape)[:16]}"


async def left_to_migrate(
    connection: Any, modules: Modules, secret_key: str, groups: Sequence[str]
) -> str | None:
    """What is left to migrate, in words; None where the database is current.

    `groups` are those in which the platform has login roles of its own. They belong to the server:
    a database that was restored on another one has none.
    """
    if not await is_migrated(connection, modules, secret_key):
        return "it is not migrated to what is installed, or SECRET_KEY is another one"
    missing = await missing_logins(connection, groups)
    if missing:
        return f"the server has no login role {', '.join(missing)}"
    return None


async def is_migrated(connection: Any, modules: Modules, secret_key: str) -> bool:
    """Whether the database itself is what is installed; reads one row."""
    try:
        found = await connection.fetchval(FOUND)
    except asyncpg.UndefinedTableError:
        return False
    return bool(found == wanted(modules, secret_key))


async def missing_logins(connection: Any, groups: Sequence[str]) -> list[str]:
    """The login roles of this database that the server lacks, or that are in no group."""
    database = await connection.fetchval("SELECT current_database()")
    logins = [login_role(database, group) for group in groups]
    rows = await connection.fetch(MISSING_LOGINS, logins, list(groups))
    return sorted(row["login"] for row in rows)
