"""Whether a database is migrated to what is installed; refuses to serve one that is not."""

from typing import Any

from rustok.app.bootstrap import login_groups
from rustok.app.migrate.state import left_to_migrate
from rustok.app.processes.errors import DatabaseNotCurrent
from rustok.app.processes.installation import Installation


async def require_current(connection: Any, installation: Installation) -> None:
    """Raises DatabaseNotCurrent."""
    left = await what_is_left(connection, installation)
    if left is not None:
        raise DatabaseNotCurrent(f"The database cannot be used yet: {left}. Run: rustok migrate")


async def what_is_left(connection: Any, installation: Installation) -> str | None:
    """What is left to migrate, in words; None where nothing is."""
    return await left_to_migrate(
        connection,
        installation.modules,
        installation.secret_key,
        login_groups(installation.config),
    )
