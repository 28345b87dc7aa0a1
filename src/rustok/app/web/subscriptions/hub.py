"""Everything that streams in this process: counted by tenant, and ended together."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from rustok.app.web.subscriptions.settings import SubscriptionSettings
from rustok.core.errors import Throttled, Unavailable
from rustok.core.ratelimits import network

K = TypeVar("K", UUID, str)
LEAVE_SECONDS = 3.0
"""How long clients may take to answer a close when the server ends."""


class TooManyConnections(Throttled):
    """The tenant or the address has as many streams open as it may: try again later."""

    code = "TOO_MANY_CONNECTIONS"
    title = "Too many streams open"


class TooManySubscriptions(Throttled):
    """As many operations run as may: complete one first."""

    code = "TOO_MANY_SUBSCRIPTIONS"
    title = "Too many subscriptions"


class ServerEnds(Unavailable):
    """This server is about to end: connect again, to another one."""

    code = "SERVER_ENDS"
    title = "The server ends"


class Hub:
    """Counts connections and operations by tenant; `refused` and `ended` count since the start.

    `ended` are connections that the server closed, by the reason's code.
    """

    def __init__(self, settings: SubscriptionSettings) -> None:
        self._settings = settings
        self.connections: Counter[UUID] = Counter()
        self.addresses: Counter[str] = Counter()
        self.operations: Counter[UUID] = Counter()
        self.refused = 0
        self.ended: Counter[int] = Counter()
        self._leave: set[Callable[[], None]] = set()
        self._empty = asyncio.Event()
        self._closing = False

    @contextmanager
    def connection(
        self, tenant_id: UUID, address: str, leave: Callable[[], None]
    ) -> Iterator[None]:
        """A connection for the block; `leave` asks it to end.

        Raises TooManyConnections, ServerEnds.
        """
        whence = network(address)
        if self._closing:
            raise ServerEnds
        if self.connections[tenant_id] >= self._settings.connections_per_tenant:
            self.refused += 1
            raise TooManyConnections
        if self.addresses[whence] >= self._settings.connections_per_address:
            self.refused += 1
            raise TooManyConnections("Too many streams are open from this address.")
        with _counted(self.connections, tenant_id), _counted(self.addresses, whence):
            self._leave.add(leave)
            try:
                yield
            finally:
                self._leave.discard(leave)
                if not self._leave:
                    self._empty.set()

    @contextmanager
    def operation(self, tenant_id: UUID) -> Iterator[None]:
        """An operation for the block; raises TooManySubscriptions."""
        if self.operations[tenant_id] >= self._settings.operations_per_tenant:
            self.refused += 1
            raise TooManySubscriptions
        with _counted(self.operations, tenant_id):
            yield

    async def close(self) -> None:
        """Takes no more, asks all to end, and waits for at most 3 s until they have."""
        self._closing = True
        if not self._leave:
            return
        self._empty.clear()
        for leave in tuple(self._leave):
            leave()
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._empty.wait()
        except TimeoutError:
            return


@contextmanager
def _counted(counts: Counter[K], key: K) -> Iterator[None]:
    counts[key] += 1
    try:
        yield
    finally:
        counts[key] -= 1
        if not counts[key]:
            del counts[key]
