"""`db.read(ctx)` and `db.write(ctx)`: one use case, one transaction, events included."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Protocol

import asyncpg

from rustok.core.context import Context
from rustok.core.db.connections import Connections
from rustok.core.db.failures import translated
from rustok.core.db.sessions import Savepoint, WriteSession
from rustok.core.db.settings import DatabaseSettings
from rustok.core.db.turns import Reading, Writing
from rustok.core.db.unit import RequestUnit
from rustok.core.db.watch import StatementWatch
from rustok.core.events.event import PendingEvent
from rustok.core.ids import IdSource
from rustok.core.tracing import tracer


class EventStore(Protocol):
    """Where a write leaves its events; the outbox implements it."""

    async def append(
        self, ctx: Context, session: WriteSession, events: Sequence[PendingEvent]
    ) -> int:
        """Inserts the events in the session's transaction; returns the token of the last."""
        ...

    def wake(self) -> None:
        """Says that something was committed: coalesced, never inside a transaction."""
        ...


class Database:
    """Opens sessions for one role of the database.

    `store` is asked for late: the outbox that brings it is itself built with the database.
    """

    def __init__(
        self,
        pool: asyncpg.Pool,
        store: Callable[[], EventStore],
        ids: IdSource,
        settings: DatabaseSettings,
    ) -> None:
        self.pool = pool
        self.connections = Connections(pool)
        self.ids = ids
        self.watch = StatementWatch(tracer("rustok.db"))
        self._store = store
        self._settings = settings

    def read(self, ctx: Context) -> Reading:
        """A read-only session of the context's tenant."""
        wait_seconds = self._settings.request_timeout_seconds
        return Reading(self.connections, ctx, self.watch, wait_seconds=wait_seconds)

    @asynccontextmanager
    async def write(self, ctx: Context) -> AsyncIterator[WriteSession]:
        """A transaction of the context's tenant: commits with its events, or leaves nothing."""
        wait_seconds = self._settings.request_timeout_seconds
        async with Writing(self.connections, ctx, wait_seconds=wait_seconds) as lease:
            session = WriteSession(lease, ctx, self.ids, self.watch)
            if isinstance(ctx.unit, RequestUnit):
                async with Savepoint(session, lease):
                    yield session
                    await self._append(ctx, session)
                ctx.unit.wrote = True
                ctx.unit.token = session.token or ctx.unit.token
                return
            yield session
            await self._append(ctx, session)
            began = perf_counter()
            with translated():
                await lease.commit()
            self.watch.committed(began)
            if session.token is not None:
                self._store().wake()

    def wake(self) -> None:
        """Says that a transaction with events was committed at the edge of a request."""
        self._store().wake()

    async def _append(self, ctx: Context, session: WriteSession) -> None:
        if session.pending:
            session.token = await self._store().append(ctx, session, session.pending)
