"""The streams of this module as the conformance suite wants them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import nats

from rustok.core.events.transport import Link, StreamUnavailable, Transport
from rustok.core.resilience import Breaker, Rules
from rustok.streaming.buffers import Buffers
from rustok.streaming.intake import Understanding
from rustok.streaming.memory import MemoryTransport
from rustok.streaming.nats.transport import NatsTransport
from rustok.streaming.numbers import StreamNumbers
from rustok.streaming.settings import StreamingSettings
from rustok.testing.nats_server import NatsServer

BUFFER_EVENTS = 100
RULES = Rules(open_seconds=0.2)
LIMIT_SECONDS = 20.0


class Everything:
    """Understands every event."""

    async def check(self, link: Link) -> None:
        """All is well."""


async def reached(condition: Callable[[], bool]) -> None:
    """Waits until it is so; raises TimeoutError."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while not condition():  # noqa: ASYNC110  # a number has no event
            await asyncio.sleep(0.01)


class NatsStand:
    """A stream on a server."""

    buffer_events = BUFFER_EVENTS

    def __init__(self, server: NatsServer, settings: StreamingSettings | None = None) -> None:
        self.server = server
        self.settings = msgspec.structs.replace(
            settings or StreamingSettings(), nats_urls=(server.url,), buffer_events=BUFFER_EVENTS
        )
        self._copy: Path = server.store.with_name("copy")

    def make(
        self, understanding: Understanding | None = None, *, rules: Rules = RULES
    ) -> NatsTransport:
        """A transport of a process of its own, not connected."""
        return NatsTransport(
            self.settings,
            StreamNumbers(),
            understanding or Everything(),
            Breaker("stream", rules, failures=(StreamUnavailable,)),
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[NatsTransport]:
        """Connected."""
        transport = self.make()
        async with running(transport):
            yield transport

    async def delete(self) -> None:
        client = await nats.connect(self.server.url)
        await client.jetstream().delete_stream(self.settings.nats_stream)
        await client.close()

    async def keep_copy(self) -> None:
        await asyncio.to_thread(self.server.copy, self._copy)

    async def restore_copy(self) -> None:
        await asyncio.to_thread(self.server.restore, self._copy)


@asynccontextmanager
async def running(transport: Transport) -> AsyncIterator[None]:
    """Connected for the block, and dropped at its end."""
    task = asyncio.create_task(transport.run())
    try:
        await reached(lambda: transport.state == "connected" or task.done())
        assert not task.done()
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class MemoryStand:
    """The queue of one process, which is lost with it."""

    buffer_events = BUFFER_EVENTS

    def __init__(self) -> None:
        self._transport = MemoryTransport(
            StreamingSettings(buffer_events=BUFFER_EVENTS), StreamNumbers(), Everything()
        )
        self._copy: list[Link] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[MemoryTransport]:
        """There is but one process."""
        yield self._transport

    async def delete(self) -> None:
        self._buffers.clear()

    async def keep_copy(self) -> None:
        self._copy = list(self._buffers)

    async def restore_copy(self) -> None:
        self._buffers.clear()
        await self._transport.sink.publish(self._copy)

    @property
    def _buffers(self) -> Buffers:
        return self._transport.buffers
