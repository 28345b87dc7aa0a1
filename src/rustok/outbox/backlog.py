"""Counts the events that wait."""

from collections.abc import Collection, Sequence
from typing import Final

import asyncpg

from rustok.core.db import Database
from rustok.core.db.failures import translated
from rustok.core.pressure import Waiting
from rustok.outbox.backlog_repository import BACKLOG

ACQUIRE_SECONDS: Final = 0.25
"""Requests that have a connection may wait for this: it must not wait for one of theirs."""


class LogBacklog:
    """Implements the Backlog port, for consumers of these modules."""

    def __init__(self, db: Database, modules: Collection[str]) -> None:
        self._db = db
        self._modules = sorted(modules)

    async def waiting(self, *, tenant_most: int, most: int) -> Sequence[Waiting]:
        """What waits, by consumer and tenant; raises DatabaseUnavailable, DeadlineExceeded."""
        arguments = BACKLOG.arguments(
            None, {"modules": self._modules, "tenant_most": tenant_most, "most": most}
        )
        pool: asyncpg.Pool = self._db.pool
        with translated():
            async with pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                records = await connection.fetch(BACKLOG.sql, *arguments)
        return [BACKLOG.row(record) for record in records]
