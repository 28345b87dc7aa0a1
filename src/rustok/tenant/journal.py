"""What became of every switch of a module: begun, done or failed, and nothing in between."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

import msgspec
import structlog

from rustok.core.clock import Clock
from rustok.core.context import Context, system_context
from rustok.core.db import Database, WriteSession
from rustok.core.errors import RustokError
from rustok.core.host import NotProvided
from rustok.core.ids import IdSource
from rustok.core.tenants import TenantDirectory
from rustok.tenant import journal_repository as repository
from rustok.tenant.directory import NOWHERE

Action = Literal["enable", "disable"]
ABANDONED_AFTER = timedelta(seconds=60)
"""Longer than any request lasts: what was begun before, nobody works on any more."""
ABANDONED = "The process ended before it was done; nothing was changed."
MOST_ERROR = 500
_log = structlog.get_logger("rustok.tenant")


class ModuleJournal:
    """Writes each switch down in transactions of its own, but for its success.

    That is written in the transaction of the switch itself: what is not done changed nothing.
    """

    def __init__(
        self,
        db: Database,
        worker: Database | None,
        clock: Clock,
        ids: IdSource,
        directory: TenantDirectory,
    ) -> None:
        self._db = db
        self._worker = worker
        self._clock = clock
        self._ids = ids
        self._directory = directory

    async def start(self, ctx: Context, module: str, action: Action) -> UUID:
        """Writes down that it begins."""
        change = self._ids.new()
        async with self._db.write(_alone(ctx)) as session:
            await session.execute(
                repository.START, id=change, module=module, action=action, now=self._clock.now()
            )
        return change

    async def finish(self, session: WriteSession, change: UUID) -> None:
        """Writes down, within the switch's own transaction, that it is done."""
        await session.execute(repository.FINISH, id=change, now=self._clock.now())

    async def fail(self, ctx: Context, change: UUID, error: Exception) -> None:
        """Writes down why it did not happen; a database that is away leaves that to `recover`."""
        reason = _reason(error)
        try:
            async with self._db.write(_alone(ctx)) as session:
                await session.execute(
                    repository.FAIL, id=change, error=reason, now=self._clock.now()
                )
        except RustokError as problem:
            _log.warning("module_change_not_journaled", error=problem.detail, reason=reason)

    async def recover(self) -> int:
        """Marks what ended processes left begun, in every tenant; returns in how many tenants.

        Raises NotProvided in a process that only serves.
        """
        if self._worker is None:
            raise NotProvided("Only the worker role may look into every tenant.")
        now = self._clock.now()
        before = now - ABANDONED_AFTER
        async with self._worker.read(system_context(NOWHERE)) as session:
            tenants = await session.all(repository.LEFT, before=before)
        for tenant_id in tenants:
            ctx = system_context(await self._directory.any_by_id(tenant_id))
            async with self._worker.write(ctx) as writing:
                await writing.execute(repository.ABANDON, error=ABANDONED, now=now, before=before)
        return len(tenants)


def _alone(ctx: Context) -> Context:
    """The context without the request's transaction, so that what is written stays."""
    return msgspec.structs.replace(ctx, unit=None)


def _reason(error: Exception) -> str:
    if isinstance(error, RustokError):
        return f"{error.code}: {error.detail}"[:MOST_ERROR]
    return type(error).__name__
