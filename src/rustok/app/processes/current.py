"""Refuses to serve a database that is not migrated to what is installed."""

from typing import Any

from rustok.app.migrate.state import is_current
from rustok.app.processes.errors import DatabaseNotCurrent
from rustok.app.processes.installation import Installation


async def require_current(connection: Any, installation: Installation) -> None:
    """Raises DatabaseNotCurrent."""
    if not await is_current(connection, installation.modules, installation.secret_key):
        raise DatabaseNotCurrent(
            "The database is not migrated to what is installed (or SECRET_KEY is another one). "
            "Run: rustok migrate"
        )
