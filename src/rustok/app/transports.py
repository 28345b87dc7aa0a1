"""Binds the stream that `RUSTOK_EVENTS_TRANSPORT` names: its publisher, its exit, its health."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from rustok.app.settings import PlatformSettings
from rustok.core.events.transport import Transport
from rustok.core.events.upcasting import Upcasters
from rustok.core.health import Degraded, HealthChecks
from rustok.core.host import Host, NotProvided
from rustok.core.metrics import ProcessMetrics
from rustok.core.resilience import Breakers
from rustok.core.tenants import TenantDirectory
from rustok.outbox.publisher import Publisher, PublisherNumbers
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.sources import Sources
from rustok.outbox.wakeups import Wakeups
from rustok.streaming.intake import InstalledUnderstanding
from rustok.streaming.numbers import StreamNumbers
from rustok.streaming.service import make
from rustok.streaming.settings import StreamingSettings

STREAM = "stream"
"""The name of the stream's breaker and of its health check."""


def transport(host: Host) -> Transport | None:
    """The host's stream, made when it is first asked for; None where consumers read the log."""
    known = host.find(Transport)
    name = host.settings(PlatformSettings).events_transport
    if known is not None or name == "outbox":
        return known
    numbers = StreamNumbers()
    found = make(
        name,
        host.settings(StreamingSettings),
        numbers,
        InstalledUnderstanding(host.get(Upcasters), host.get(TenantDirectory)),
        host.get(Breakers),
    )
    metrics = host.get(ProcessMetrics)
    numbers.publish(metrics, name, state=lambda: found.state, buffered=lambda: found.buffers.events)
    publishing = PublisherNumbers(name)
    publishing.publish(metrics)
    host.provide(PublisherNumbers, publishing)
    host.get(HealthChecks).add(STREAM, _probe(found))
    found.listen(host.get(Wakeups).sequenced.ring)
    sources = host.find(Sources)
    if sources is not None:
        sources.open(found)
    host.provide(Transport, found)
    return found


def publisher(host: Host) -> Publisher | None:
    """The worker that fills the stream; raises NotProvided without the worker role."""
    found = transport(host)
    if found is None:
        return None
    if host.worker is None:
        raise NotProvided("the database's worker role")
    return Publisher(
        found.name,
        found.sink,
        host.worker,
        host.get(Wakeups),
        host.settings(OutboxSettings),
        host.get(PublisherNumbers),
        batch=host.settings(StreamingSettings).publish_batch,
    )


def stream_parts(host: Host, *, publishes: bool) -> "list[Publisher | TransportPart]":
    """What workers run for the stream: its connection, and the publisher where it is wanted."""
    found = transport(host)
    if found is None:
        return []
    parts: list[Publisher | TransportPart] = [TransportPart(found)]
    sending = publisher(host) if publishes else None
    return parts if sending is None else [*parts, sending]


class Running(Protocol):
    """What runs until it is cancelled."""

    async def run(self) -> None:
        """Raises what ends it by itself."""
        ...


class TransportPart:
    """What runs as a part of the workers, that is asked to stop as they are: a stream's connection,
    or the watch over a replica."""

    def __init__(self, transport: Running) -> None:
        self._transport = transport
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until stopped; raises StreamRefused, ReplicaRefused."""
        running = asyncio.ensure_future(self._transport.run())
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                await running
        finally:
            running.cancel()
            stopping.cancel()
            await asyncio.gather(running, stopping, return_exceptions=True)

    def stop(self) -> None:
        """Ends `run`."""
        self._stopping.set()


def _probe(stream: Transport) -> Callable[[], Awaitable[None]]:
    async def probe() -> None:
        if stream.state != "connected":
            raise Degraded(f"{stream.name} is {stream.state}; consumers read PostgreSQL")

    return probe
