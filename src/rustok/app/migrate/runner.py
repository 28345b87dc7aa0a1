"""`rustok migrate`: safe to run from several processes at once."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from rustok.app.migrate.alembic_run import upgrade
from rustok.app.migrate.fingerprint import packages
from rustok.app.migrate.roles import LOGIN_GROUPS, ensure_roles
from rustok.app.migrate.state import left_to_migrate, wanted
from rustok.core.db.document_ddl import document_functions
from rustok.core.modules.registry import Modules
from rustok.core.sql.discover import queries
from rustok.core.sql.hot import create_functions

_LOCK = 0x7275_7374_6F6B  # "rustok": one migration at a time in a database


async def migrate(
    owner_url: str, modules: Modules, secret_key: str, groups: Sequence[str] = LOGIN_GROUPS
) -> bool:
    """Brings the database up to date; returns whether there was something to do.

    `groups` are those in which login roles are made: others' have URLs of their own.
    Raises MissingRights, and whatever a migration raises: each runs in the one transaction that
    also notes it, so that a failed one leaves nothing.
    """
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        if await left_to_migrate(connection, modules, secret_key, groups) is None:
            return False
        await ensure_roles(connection, secret_key, groups)
        await upgrade(owner_url, packages(modules))
        found = [query for _, query in queries(modules)]
        async with connection.transaction():
            await create_functions(connection, found)
            for kind in await _kinds(connection):
                await connection.execute(document_functions(kind))
            await connection.execute(
                "INSERT INTO sys_installation (fingerprint) VALUES ($1) ON CONFLICT (only_row) "
                "DO UPDATE SET fingerprint = excluded.fingerprint, migrated_at = now()",
                wanted(modules, secret_key),
            )
        return True
    finally:
        await connection.close()


async def _kinds(connection: Any) -> list[str]:
    """The kinds of documents there are; an installation without the index has none."""
    if await connection.fetchval("SELECT to_regclass('index_projections')") is None:
        return []
    rows = await connection.fetch("SELECT DISTINCT kind FROM index_projections")
    return [row["kind"] for row in rows]
