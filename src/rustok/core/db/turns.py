"""A session's turn on a connection: no longer than its request may take."""

import asyncio
from types import TracebackType

from rustok.core.context import Context
from rustok.core.db.connections import Connections
from rustok.core.db.leases import Lease, PoolLease, SharedLease
from rustok.core.db.sessions import ReadSession
from rustok.core.db.unit import RequestUnit
from rustok.core.db.watch import StatementWatch
from rustok.core.errors import DeadlineExceeded


class Turn:
    """Holds a lease within the block; raises DeadlineExceeded when the context's time is over.

    The request's own connection is waited for where it shares one. It is written out, where
    `asyncio.timeout_at` in a generator would do, because every read pays for it.
    """

    def __init__(
        self, connections: Connections, ctx: Context, *, read_only: bool, wait_seconds: float
    ) -> None:
        self.ctx = ctx
        self._expired = False
        self._timer: asyncio.TimerHandle | None = None
        self._unit = ctx.unit if isinstance(ctx.unit, RequestUnit) else None
        self._own: PoolLease | None = None
        self.lease: Lease
        if self._unit is None:
            self.lease = self._own = PoolLease(
                connections, ctx.tenant.id, read_only=read_only, wait_seconds=wait_seconds
            )
        else:
            self.lease = SharedLease(self._unit)

    async def _begin(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        if self.ctx.deadline is not None:
            self._timer = task.get_loop().call_at(self.ctx.deadline, self._expire)
        if self._unit is not None:
            try:
                await self._unit.turn.acquire()
            except BaseException as error:
                self._end(error)
                raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._unit is not None:
                self._unit.turn.release()
            elif self._own is not None:
                await self._own.end(clean=kind is None)
        except BaseException as last:
            self._end(last)
            raise
        self._end(error)

    def _expire(self) -> None:
        self._expired = True
        self._task.cancel()

    def _end(self, error: BaseException | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        is_ours = self._expired and self._task.uncancel() <= self._cancelling
        if isinstance(error, TimeoutError) or (
            is_ours and isinstance(error, asyncio.CancelledError)
        ):
            raise DeadlineExceeded from error


class Writing(Turn):
    """The turn of a session that writes, which makes its own use of the lease."""

    def __init__(self, connections: Connections, ctx: Context, *, wait_seconds: float) -> None:
        super().__init__(connections, ctx, read_only=False, wait_seconds=wait_seconds)

    async def __aenter__(self) -> Lease:
        await self._begin()
        return self.lease


class Reading(Turn):
    """The turn of a session that only reads."""

    def __init__(
        self, connections: Connections, ctx: Context, watch: StatementWatch, *, wait_seconds: float
    ) -> None:
        super().__init__(connections, ctx, read_only=True, wait_seconds=wait_seconds)
        self._watch = watch

    async def __aenter__(self) -> ReadSession:
        await self._begin()
        return ReadSession(self.lease, self.ctx.tenant.id, self._watch)
