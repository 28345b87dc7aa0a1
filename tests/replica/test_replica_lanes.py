"""Lanes are read from a replica where it shows all that was applied to them, else from here."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.events import Event
from rustok.core.health import HealthChecks
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.replica import Replica
from rustok.testing.databases import TestDatabase
from tests.outbox.probe import applied, change, run
from tests.replica.conftest import PATIENTLY, WHILE_IT_LASTS, opened, working
from tests.replica.mirror import NAME, Mirror, counted, metric, reached
from tests.replica.standby import Standby


async def shown(owner: asyncpg.Connection, thing: UUID) -> list[int]:
    """The versions of the thing that were written down, in order."""
    return [one.version for one in await applied(owner, NAME) if one.aggregate_id == thing]


async def test_events_and_state_come_from_the_replica(
    host: Host,
    ctx: Context,
    other_ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    standby: Standby,
) -> None:
    mirror = Mirror()
    url = standby.url(database.worker_url)
    async with working(database, url, mirror, environ=PATIENTLY) as process:
        for _ in range(10):
            await change(host, ctx, times=2)
            await change(host, other_ctx)
        await counted(owner, 30)
        assert metric(process, "rustok_events_from_replica_total") == 30
        assert set(mirror.nodes) == {"replica"}
        # the primary was asked for neither: this is all that a read of either would be
        assert process.worker is not None
        asked = {tally.name for tally in process.worker.watch.tallies()}
        there = {tally.name for tally in process.get(Replica).database.watch.tallies()}
        assert asked.isdisjoint({"SELECT sys_take", "SELECT probe_things"})
        assert "SELECT probe_things" in there
    positions = [one.position for one in await applied(owner, NAME)]
    assert len(set(positions)) == len(positions) == 30


async def test_a_replica_that_stands_still_is_waited_for_and_then_left(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    standby: Standby,
) -> None:
    thing = uuid4()
    mirror = Mirror()
    async with working(database, standby.url(database.worker_url), mirror) as process:
        await change(host, ctx, thing, times=3)
        await counted(owner, 3)
        await standby.pause()
        try:
            await change(host, ctx, thing, times=3)
            await counted(owner, 6)
            assert set(mirror.nodes[3:]) == {"primary"}
            await reached(lambda: process.get(Replica).lag_seconds > 0.8)
            assert not process.get(Replica).is_usable
            assert metric(process, "rustok_replica_lag_seconds") > 0.8
            assert metric(process, "rustok_replica_lag_bytes") > 0
        finally:
            await standby.resume()
        await reached(lambda: process.get(Replica).is_usable)
        await change(host, ctx, thing, times=3)
        await counted(owner, 9)
        assert mirror.nodes[-1] == "replica"
        assert metric(process, "rustok_events_consumed_total") == 9
    found = await shown(owner, thing)
    assert found == sorted(found)
    assert found[-1] == 9


async def test_what_the_primary_has_shown_is_never_shown_older_by_a_replica(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    standby: Standby,
) -> None:
    """The replica has the next event, but not the state that the last one was applied by."""
    thing = uuid4()
    await change(host, ctx, thing)
    await run(host, workers.runner(host, Mirror()))
    await change(host, ctx, thing, times=2)
    await workers.sequencer(host).drain()
    await standby.pause()
    try:
        await change(host, ctx, thing)
        one_at_a_time = {"RUSTOK_OUTBOX__CONSUME_BATCH": "1"}
        async with opened(database, None, one_at_a_time) as process:
            await workers.runner(process, Mirror()).step()
        assert await shown(owner, thing) == [1, 4]

        mirror = Mirror()
        url = standby.url(database.worker_url)
        async with working(database, url, mirror, environ=WHILE_IT_LASTS):
            await counted(owner, 4)
        assert mirror.nodes == ["primary", "primary"]
        assert await shown(owner, thing) == [1, 4, 4, 4]
    finally:
        await standby.resume()


async def test_what_a_retry_was_shown_counts_as_well(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    standby: Standby,
) -> None:
    """A retry reads the primary and moves no cursor: a replica without it is not read."""
    failing = True

    async def disturb(_event: Event) -> None:
        if failing:
            raise ValueError("not yet")

    url = standby.url(database.worker_url)
    await change(host, ctx)
    await workers.sequencer(host).drain()
    mirror = Mirror(disturb)
    runner = workers.runner(host, mirror)
    await runner.step()
    assert await owner.fetchval("SELECT count(*) FROM sys_retries") == 1
    await change(host, ctx)
    await workers.sequencer(host).drain()
    await standby.pause()
    try:
        failing = False
        before = await owner.fetchval("SELECT moved_at FROM sys_cursors WHERE consumer = $1", NAME)
        async with asyncio.timeout(10):
            while await owner.fetchval("SELECT count(*) FROM sys_retries"):
                await runner._both._retry(ctx.tenant.id)  # nothing but the retry
        after = await owner.fetchval("SELECT moved_at FROM sys_cursors WHERE consumer = $1", NAME)
        assert after > before
        live = Mirror()
        async with working(database, url, live, environ=WHILE_IT_LASTS):
            await counted(owner, 2)
        assert live.nodes == ["primary"]
    finally:
        await standby.resume()


async def test_a_replica_that_is_killed_costs_nothing_but_its_help(
    host: Host,
    ctx: Context,
    other_ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    another_standby: Standby,
) -> None:
    mirror = Mirror()
    written = dict.fromkeys((uuid4(), uuid4()), 0)
    stopping = asyncio.Event()

    async def write(ctx: Context, thing: UUID) -> None:
        while not stopping.is_set():
            await change(host, ctx, thing)
            written[thing] += 1

    url = another_standby.url(database.worker_url)
    async with (
        working(database, url, mirror, environ=PATIENTLY) as process,
        asyncio.TaskGroup() as writers,
    ):
        for thing, writer in zip(written, (ctx, other_ctx), strict=True):
            writers.create_task(write(writer, thing))
        await reached(lambda: mirror.nodes.count("replica") >= 20)
        await another_standby.kill()
        await reached(lambda: process.get(Replica).state == "lost")
        since = len(mirror.nodes)
        await reached(lambda: mirror.nodes[since:].count("primary") >= 20)
        report = await process.get(HealthChecks).report()
        assert report.ready
        assert report.checks["replica"].status == "warn"
        await another_standby.start()
        since = len(mirror.nodes)
        await reached(lambda: mirror.nodes[since:].count("replica") >= 20)
        stopping.set()
    async with working(database, None, Mirror(), follows=False):
        await counted(owner, sum(written.values()))
    for thing, count in written.items():
        found = await shown(owner, thing)
        assert found == sorted(found)
        assert len(found) == found[-1] == count


async def test_a_replica_that_says_nothing_any_more_is_given_up(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    another_standby: Standby,
) -> None:
    mirror = Mirror()
    async with working(database, another_standby.url(database.worker_url), mirror) as process:
        await change(host, ctx)
        await counted(owner, 1)
        another_standby.freeze()
        try:
            await change(host, ctx, times=3)
            await counted(owner, 4)
            assert set(mirror.nodes[1:]) == {"primary"}
            await reached(lambda: not process.get(Replica).is_usable)
        finally:
            another_standby.thaw()
        await reached(lambda: process.get(Replica).is_usable)
        await change(host, ctx)
        await counted(owner, 5)
        assert mirror.nodes[-1] == "replica"


async def test_a_replica_that_is_promoted_is_left_at_once(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    another_standby: Standby,
) -> None:
    mirror = Mirror()
    url = another_standby.url(database.worker_url)
    async with working(database, url, mirror) as process:
        await change(host, ctx)
        await counted(owner, 1)
        assert mirror.nodes == ["replica"]
        await another_standby.promote()
        await change(host, ctx)
        await counted(owner, 2)
        assert mirror.nodes == ["replica", "primary"]
        await reached(lambda: process.get(Replica).state == "refused")
        report = await process.get(HealthChecks).report()
        assert "takes writes" in report.checks["replica"].output


@pytest.mark.parametrize("is_there", [True, False])
async def test_who_reads_state_of_its_own_reads_the_primary(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    standby: Standby,
    is_there: bool,
) -> None:
    """A consumer says by its port that a replica will do; and a replica need not be there."""
    mirror = Mirror()
    own = mirror if not is_there else _Own()
    url = standby.url(database.worker_url)
    url = url if is_there else "postgresql://nobody@127.0.0.1:1/none"
    async with working(database, url, own, follows=is_there) as process:
        await change(host, ctx, times=3)
        await counted(owner, 3)
        assert metric(process, "rustok_events_from_replica_total") == 0
        if not is_there:
            await reached(lambda: process.get(Replica).state == "lost")


class _Own:
    """A mirror that only knows the primary."""

    def __init__(self) -> None:
        self._mirror = Mirror()
        self.name, self.events, self.retry = NAME, self._mirror.events, self._mirror.retry
        self.handle = self._mirror.handle
