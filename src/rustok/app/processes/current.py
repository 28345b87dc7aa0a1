"""Whether a database is migrated to what is installed, without loading what migrates."""

from typing import Any

import asyncpg

from rustok.app.migrate.fingerprint import fingerprint
from rustok.app.migrate.roles import password
from rustok.app.processes.errors import DatabaseNotCurrent
from rustok.app.processes.installation import Installation
from rustok.core.sql.discover import queries

FOUND = "SELECT fingerprint FROM sys_installation"


async def is_current(connection: Any, installation: Installation) -> bool:
    """Whether nothing is left to migrate; reads one row."""
    try:
        found = await connection.fetchval(FOUND)
    except asyncpg.UndefinedTableError:
        return False
    modules = installation.modules
    shape = fingerprint(modules, (query for _, query in queries(modules)))
    return bool(found == f"{shape}-{password(installation.secret_key, shape)[:16]}")


async def require_current(connection: Any, installation: Installation) -> None:
    """Raises DatabaseNotCurrent."""
    if not await is_current(connection, installation):
        raise DatabaseNotCurrent(
            "The database is not migrated to what is installed (or SECRET_KEY is another one). "
            "Run: rustok migrate"
        )
