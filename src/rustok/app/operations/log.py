"""Notes what the platform did with itself, and shows it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import structlog

from rustok.app.operations import repository
from rustok.app.operations.repository import Operation
from rustok.core.db import Database
from rustok.core.errors import Unavailable
from rustok.core.modules.lifecycle import Standing
from rustok.outbox.platform import PLATFORM

MODULE: Final = "module"
AILING: Final = frozenset({"failed", "degraded"})
_log = structlog.get_logger("rustok.operations")


class OperationsLog:
    """Entries have a kind, a subject and details; no personal data, and no tenant's content."""

    def __init__(self, db: Database, worker: Database | None) -> None:
        self._db = db
        self._worker = worker
        self._noting: set[asyncio.Task[None]] = set()

    async def note(self, kind: str, subject: str, details: Mapping[str, object]) -> None:
        """Adds an entry; a database that does not answer is told in the process's own log."""
        text = msgspec.json.encode(details).decode()
        try:
            async with self._db.write(PLATFORM) as session:
                await session.all(repository.NOTE, kind=kind, subject=subject, details=text)
        except Unavailable as error:
            _log.warning("operation_not_noted", kind=kind, subject=subject, error=error.detail)

    async def latest(self, *, kind: str | None = None, limit: int = 50) -> Sequence[Operation]:
        """The latest entries, the oldest of them first; for processes with the worker role."""
        assert self._worker is not None
        async with self._worker.read(PLATFORM) as session:
            found = await session.all(repository.LATEST, kind=kind, limit=limit)
        return found[::-1]

    def hear_module(self, name: str, before: Standing, now: Standing) -> None:
        """Notes that a module of this process began to ail, or recovered."""
        if not {before.state, now.state} & AILING:
            return
        details = {"from": before.state, "to": now.state, "reason": now.reason}
        noting = asyncio.create_task(self.note(MODULE, name, details))
        self._noting.add(noting)
        noting.add_done_callback(self._noting.discard)

    async def close(self) -> None:
        """Waits for what is being noted."""
        await asyncio.gather(*self._noting)
