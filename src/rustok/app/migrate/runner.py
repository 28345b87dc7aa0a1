"""`rustok migrate`: safe to run from several processes at once."""

from typing import Any

import asyncpg

from rustok.app.migrate.alembic_run import upgrade
from rustok.app.migrate.fingerprint import fingerprint, packages
from rustok.app.migrate.roles import ensure_roles, password
from rustok.core.modules.registry import Modules
from rustok.core.sql.discover import queries
from rustok.core.sql.hot import create_functions

_LOCK = 0x7275_7374_6F6B  # "rustok": one migration at a time in a database


async def is_current(connection: Any, modules: Modules, secret_key: str) -> bool:
    """Whether the database is what this installation needs; reads one row."""
    try:
        found = await connection.fetchval("SELECT fingerprint FROM sys_installation")
    except asyncpg.UndefinedTableError:
        return False
    return bool(found == _wanted(modules, secret_key))


async def migrate(owner_url: str, modules: Modules, secret_key: str) -> bool:
    """Brings the database up to date; returns whether there was something to do.

    Raises MissingRights, and whatever a migration raises: each runs in the one transaction that
    also notes it, so that a failed one leaves nothing.
    """
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        if await is_current(connection, modules, secret_key):
            return False
        await ensure_roles(connection, secret_key)
        await upgrade(owner_url, packages(modules))
        found = [query for _, query in queries(modules)]
        async with connection.transaction():
            await create_functions(connection, found)
            await connection.execute(
                "INSERT INTO sys_installation (fingerprint) VALUES ($1) ON CONFLICT (only_row) "
                "DO UPDATE SET fingerprint = excluded.fingerprint, migrated_at = now()",
                _wanted(modules, secret_key),
            )
        return True
    finally:
        await connection.close()


def _wanted(modules: Modules, secret_key: str) -> str:
    # another secret key means other passwords of the roles
    shape = fingerprint(modules, (query for _, query in queries(modules)))
    return f"{shape}-{password(secret_key, shape)[:16]}"
