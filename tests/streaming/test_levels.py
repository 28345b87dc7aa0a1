"""Consumers read the stream where they can, and the way may change under them at any time."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import pytest

from rustok.app.bootstrap import open_host
from rustok.app.settings import load
from rustok.app.transports import stream_parts
from rustok.app.workers import Workers
from rustok.core.context import Context
from rustok.core.events.upcasting import Upcasters
from rustok.core.health import HealthChecks
from rustok.core.host import Host
from rustok.core.metrics import ProcessMetrics
from rustok.outbox import workers
from rustok.outbox.membership import Membership
from rustok.outbox.stuck import StuckGuard
from rustok.testing.databases import SECRET, TestDatabase
from rustok.testing.nats_server import NatsServer
from tests.outbox.probe import Recorder, ThingChanged, applied, change, versions
from tests.streaming.stands import reached

FLIPS = int(os.environ.get("RUSTOK_TEST_FLIPS", "6"))
WAYS = ("outbox", "nats", "memory", "nats")
PROGRESS = 60


def levels(nats_server: NatsServer) -> dict[str, dict[str, str]]:
    nats = {
        "RUSTOK_EVENTS_TRANSPORT": "nats",
        "RUSTOK_STREAMING__NATS_URLS": nats_server.url,
    }
    return {
        "outbox": {},
        "memory": {"RUSTOK_EVENTS_TRANSPORT": "memory"},
        "nats": nats,
    }


@asynccontextmanager
async def process(
    database: TestDatabase, environ: Mapping[str, str]
) -> AsyncIterator[tuple[Host, Workers]]:
    """A process that sequences, publishes and applies, at work."""
    config = load({"SECRET_KEY": SECRET, **environ}, database.modules)
    async with open_host(config, database.modules, database.urls, SECRET, workers=True) as host:
        host.get(Upcasters).declare(ThingChanged)
        found = Workers(
            workers.sequencer(host),
            [workers.runner(host, Recorder())],
            [],
            host.get(Membership),
            host.get(StuckGuard),
            stream_parts(host, publishes=True),
        )
        stopping = asyncio.Event()
        running = asyncio.create_task(found.run(stopping))
        try:
            yield host, found
        finally:
            stopping.set()
            await asyncio.wait_for(running, 20)


def metric(host: Host, name: str) -> float:
    """The sum of a metric's samples."""
    lines = host.get(ProcessMetrics).text().decode().splitlines()
    return sum(
        float(line.rpartition(" ")[2])
        for line in lines
        if line.startswith((f"{name}{{", f"{name} "))
    )


async def counted(owner: asyncpg.Connection, count: int) -> None:
    async with asyncio.timeout(30):
        while len(await applied(owner)) < count:  # noqa: ASYNC110  # PostgreSQL sends no event
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("level", ["memory", "nats"])
async def test_consumers_read_the_stream(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    nats_server: NatsServer,
    level: str,
) -> None:
    thing = uuid4()
    async with process(database, levels(nats_server)[level]) as (working, _):
        await change(host, ctx, thing)
        await counted(owner, 1)
        await reached(lambda: metric(working, "rustok_events_published_total") >= 1)
        for _ in range(20):
            await change(host, ctx, thing, times=2)
        await counted(owner, 41)
        assert metric(working, "rustok_stream_read_events_total") > 0
        await reached(lambda: metric(working, "rustok_publisher_lag") == 0)
        assert metric(working, "rustok_stream_state") == 1
        report = await working.get(HealthChecks).report()
        assert report.checks["stream"].status == "pass"
    assert await versions(owner, thing) == list(range(1, 42))


async def test_the_level_changes_under_load_without_loss_repetition_or_reordering(
    host: Host,
    ctx: Context,
    other_ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    nats_server: NatsServer,
) -> None:
    """Whatever is not applied when a process ends is the next one's, over another stream."""
    written = Counter[UUID]()
    stopping = asyncio.Event()

    async def write(ctx: Context, thing: UUID) -> None:
        while not stopping.is_set():
            await change(host, ctx, thing)
            written[thing] += 1

    async with asyncio.TaskGroup() as writers:
        for writer in (ctx, ctx, other_ctx):
            writers.create_task(write(writer, uuid4()))
        for flip in range(FLIPS):
            before = len(await applied(owner))
            async with process(database, levels(nats_server)[WAYS[flip % len(WAYS)]]):
                await counted(owner, before + PROGRESS)
        stopping.set()
    async with process(database, {}):
        await counted(owner, written.total())
    for thing, count in written.items():
        assert await versions(owner, thing) == list(range(1, count + 1))


async def test_a_server_that_is_gone_at_the_start_degrades_and_loses_nothing(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    nats_server: NatsServer,
) -> None:
    thing = uuid4()
    way = levels(nats_server)["nats"]
    nats_server.stop()
    async with process(database, way) as (working, _):
        await change(host, ctx, thing, times=5)
        await counted(owner, 5)
        report = await working.get(HealthChecks).report()
        assert report.checks["stream"].status == "warn"
        assert report.ready
        await asyncio.to_thread(nats_server.start)
        await reached(lambda: metric(working, "rustok_stream_state") == 1)
        await reached(lambda: metric(working, "rustok_events_published_total") >= 5)
        await change(host, ctx, thing, times=5)
        await counted(owner, 10)
    assert await versions(owner, thing) == list(range(1, 11))
