"""How fast the publisher sends the log on to NATS, beside sending events one by one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter, process_time

import msgspec
import nats

from benchmarks.figures import Figure
from benchmarks.stage import Place
from rustok.app.migrate.runner import migrate
from rustok.core.events.transport import Link, StreamUnavailable
from rustok.core.host import Host
from rustok.core.resilience import Breaker
from rustok.outbox import workers
from rustok.outbox.publisher import Publisher, PublisherNumbers
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.wakeups import Wakeups
from rustok.streaming.nats.transport import NatsTransport
from rustok.streaming.numbers import StreamNumbers
from rustok.streaming.settings import StreamingSettings
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantCreate
from rustok.testing.databases import SECRET
from rustok.testing.nats_server import NatsServer

EVENTS = 50_000
UNIT = 10_000
TENANTS = 20
SINGLE = 10_000
MOST = 1_000
BODY_BYTES = 600
CONNECT_SECONDS = 20.0
_EVENTS = """
    INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, aggregate_id,
        aggregate_version, payload, occurred_at, correlation_id)
    SELECT $1, gen_random_uuid(), 'bench.noted', 1, 'bench', gen_random_uuid(), 1,
        json_build_object('note', repeat('x', 250)), now(), ''
    FROM generate_series(1, $2)
"""


class Everything:
    """Understands every event."""

    async def check(self, link: Link) -> None:
        """All is well."""


async def measure(place: Place) -> Figure:
    """Seconds for each 10,000 events of some 600 bytes, all of them in PostgreSQL before.

    The server writes through to its disk before it says that it has kept them. The baseline are
    the same events, each sent as a message of its own, 1,000 at a time on their way.
    """
    own = await _database(place)
    async with own.host() as host, _server(place) as url, _stream(url) as transport:
        await _fill(own, host)
        numbers = PublisherNumbers("bench")
        publisher = _publisher(host, transport, numbers)
        began, cpu_began = perf_counter(), process_time()
        await publisher.drain()
        seconds, cpu_seconds = perf_counter() - began, process_time() - cpu_began
        each = await _one_by_one(url)
    return Figure(
        name="10,000 events from PostgreSQL to NATS",
        measured=seconds / numbers.published * UNIT,
        unit="s",
        target=1.0,
        baseline=each * UNIT,
        details={
            "events": numbers.published,
            "events_per_second": numbers.published / seconds,
            "cpu_seconds": cpu_seconds / numbers.published * UNIT,
        },
    )


async def _database(place: Place) -> Place:
    """Another database on the same server, so that nobody else has to pass these events."""
    owner = await place.owner("postgres")
    await owner.execute("CREATE DATABASE publishing")
    await owner.close()
    own = msgspec.structs.replace(place, database="publishing")
    await migrate(own.url(own.database), place.modules, SECRET)
    return own


async def _fill(place: Place, host: Host) -> None:
    """Events of some tenants, with positions."""
    owner = await place.owner()
    for number in range(TENANTS):
        given = TenantCreate(slug=f"shop-{number}", name="Shop", locales=("en",), currency="EUR")
        tenant = await host.get(TenantService).create(given)
        await owner.execute(_EVENTS, tenant.id, EVENTS // TENANTS)
    await owner.close()
    await workers.sequencer(host).drain()


@asynccontextmanager
async def _server(place: Place) -> AsyncIterator[str]:
    server = NatsServer(place.home / "nats")
    await asyncio.to_thread(server.start)
    try:
        yield server.url
    finally:
        await asyncio.to_thread(server.kill)


@asynccontextmanager
async def _stream(url: str) -> AsyncIterator[NatsTransport]:
    settings = StreamingSettings(nats_urls=(url,))
    breaker = Breaker("stream", failures=(StreamUnavailable,))
    transport = NatsTransport(settings, StreamNumbers(), Everything(), breaker)
    running = asyncio.create_task(transport.run())
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            while transport.state != "connected":  # noqa: ASYNC110  # a state has no event
                await asyncio.sleep(0.01)
        yield transport
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _publisher(host: Host, transport: NatsTransport, numbers: PublisherNumbers) -> Publisher:
    assert host.worker is not None
    return Publisher(
        "bench",
        transport.sink,
        host.worker,
        host.get(Wakeups),
        host.settings(OutboxSettings),
        numbers,
        batch=host.settings(StreamingSettings).publish_batch,
    )


async def _one_by_one(url: str) -> float:
    """Seconds for one event, without PostgreSQL."""
    client = await nats.connect(url)
    js = client.jetstream()
    await js.add_stream(name="BASELINE", subjects=["baseline.>"], duplicate_window=120)
    body = b"x" * BODY_BYTES
    began = perf_counter()
    for start in range(0, SINGLE, MOST):
        kept = [
            await js.publish_async(
                f"baseline.{number % TENANTS}", body, headers={"Nats-Msg-Id": str(number)}
            )
            for number in range(start, start + MOST)
        ]
        await asyncio.gather(*kept)
    seconds = perf_counter() - began
    await client.close()
    return seconds / SINGLE
