"""A worker among others: its sign of life, and the partitions of the tenants that are its own."""

import asyncio
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import structlog

from rustok.core.clock import Clock
from rustok.core.db import Database
from rustok.core.db.failures import translated
from rustok.outbox import repository
from rustok.outbox.gate import Gate
from rustok.outbox.settings import OutboxSettings

_log = structlog.get_logger("rustok.outbox")
SIGNS_A_LEASE = 4
SIGNS_A_MARK = 20


class Membership:
    """The consumers of one process, as one worker.

    Its leases end by themselves where it gives no sign of life for `lease_seconds`, by the
    database's clock, and as soon as the session of `run` has ended. What it still does then harms
    nobody: see `sys_take_lane`.
    """

    def __init__(self, worker: Database, clock: Clock, settings: OutboxSettings) -> None:
        self.id: UUID = uuid4()
        self._worker = worker
        self._clock = clock
        self._seconds = settings.lease_seconds
        self._pause = settings.lease_seconds / SIGNS_A_LEASE
        self._consumers: set[str] = set()
        self._partitions: dict[str, frozenset[int]] = {}
        self._signed_at: float | None = None
        self._signs = 0
        self._turn = asyncio.Lock()
        self.gate = Gate()
        self._running = False

    def join(self, consumer: str) -> None:
        """Adds a consumer that this process runs."""
        if consumer not in self._consumers:
            self._consumers.add(consumer)
            self._signed_at = None

    def partitions(self, consumer: str) -> frozenset[int]:
        """Those whose tenants are served here, as of the last sign of life."""
        return self._partitions.get(consumer, frozenset())

    async def ensure(self) -> None:
        """Gives a sign of life unless there was one lately. Raises DatabaseUnavailable."""
        if self._is_current():
            return
        async with self._turn:
            if not self._is_current():
                await self._sign()

    async def run(self, stopping: asyncio.Event) -> None:
        """Gives signs of life until asked to end, also while every handler is busy.

        They come by a session of their own: when it ends with the process, the others know.
        """
        self._running = True
        try:
            while not stopping.is_set():
                try:
                    async with self._worker.pool.acquire() as connection:
                        await self._keep_signing(connection, stopping)
                except Exception as error:  # noqa: BLE001  # the next sign may succeed; it is logged
                    _log.warning("sign_of_life_failed", error=str(error))
                    await _pause(stopping, self._pause)
        finally:
            self._running = False

    async def _keep_signing(self, connection: Any, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            async with self._turn:
                await self._sign(connection)
            await _pause(stopping, self._pause)

    async def leave(self) -> None:
        """Frees what is leased, unless `run` goes on beside. Raises DatabaseUnavailable."""
        if self._running or self._signed_at is None:
            return
        self._signed_at = None
        self._partitions = {}
        query = repository.LEAVE
        with translated():
            await self._worker.pool.fetchrow(query.sql, *query.arguments(None, {"worker": self.id}))

    def _is_current(self) -> bool:
        return self._signed_at is not None and monotonic() - self._signed_at < self._pause

    async def _sign(self, own: Any = None) -> None:
        consumers = sorted(self._consumers)
        signed_at = monotonic()
        self._signs += 1
        query = repository.LEASE
        values = {
            "worker": self.id,
            "consumers": consumers,
            "seconds": self._seconds,
            "marks": self._signs % SIGNS_A_MARK == 0,
            "watched": own is not None,
            "now": self._clock.now(),
        }
        asked = self._worker.pool if own is None else own
        with translated():
            records = await asked.fetch(query.sql, *query.arguments(None, values))
        found: dict[str, set[int]] = {name: set() for name in consumers}
        for lease in map(query.row, records):
            found[lease.consumer].add(lease.partition)
        self._partitions = {name: frozenset(parts) for name, parts in found.items()}
        self._signed_at = signed_at if self._consumers == set(consumers) else None


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
