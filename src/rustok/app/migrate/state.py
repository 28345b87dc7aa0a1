"""What a database was last migrated to, read without loading what migrates."""

from typing import Any

import asyncpg

from rustok.app.migrate.fingerprint import fingerprint
from rustok.app.migrate.roles import password
from rustok.core.modules.registry import Modules
from rustok.core.sql.discover import queries

FOUND = "SELECT fingerprint FROM sys_installation"


def wanted(modules: Modules, secret_key: str) -> str:
    """What a current database says; another secret key means other passwords of the roles."""
    shape = fingerprint(modules, (query for _, query in queries(modules)))
    return f"{shape}-{password(secret_key, shape)[:16]}"


async def is_current(connection: Any, modules: Modules, secret_key: str) -> bool:
    """Whether nothing is left to migrate; reads one row."""
    try:
        found = await connection.fetchval(FOUND)
    except asyncpg.UndefinedTableError:
        return False
    return bool(found == wanted(modules, secret_key))
