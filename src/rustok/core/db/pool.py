"""asyncpg pools that keep nothing on a connection between two uses."""

from collections.abc import Mapping

import asyncpg

from rustok.core.db.settings import DatabaseSettings
from rustok.core.errors import DatabaseUnavailable

CONNECT_TIMEOUT_SECONDS = 5.0
SILENCE_SECONDS = 5.0
"""How long after a statement's own time limit its connection counts as dead."""


async def _keep_as_is(_connection: asyncpg.Connection) -> None:
    """Settings are transaction-local, so there is nothing to reset: a round trip saved."""


async def open_pool(
    url: str, settings: DatabaseSettings, *, name: str, options: Mapping[str, str] | None = None
) -> asyncpg.Pool:
    """A pool for one role; raises DatabaseUnavailable where the server cannot be reached."""
    try:
        return await asyncpg.create_pool(
            url,
            min_size=settings.pool_min,
            max_size=settings.pool_max,
            timeout=CONNECT_TIMEOUT_SECONDS,
            command_timeout=settings.statement_timeout_ms / 1000 + SILENCE_SECONDS,
            reset=_keep_as_is,
            max_inactive_connection_lifetime=300,
            server_settings={
                "application_name": name,
                "statement_timeout": str(settings.statement_timeout_ms),
                "idle_in_transaction_session_timeout": "60000",
                "timezone": "UTC",
                **(options or {}),
            },
        )
    except (OSError, asyncpg.PostgresConnectionError, TimeoutError) as error:
        raise DatabaseUnavailable(f"PostgreSQL cannot be reached: {error}") from error
