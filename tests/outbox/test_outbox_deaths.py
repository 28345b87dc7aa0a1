"""An event that ends its worker, or keeps it for ever, is found and parked; the others go on."""

import asyncio
import os
import sys
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.host import Host
from rustok.outbox import gate, workers
from rustok.outbox.consumers import Step
from rustok.outbox.dead_letters import DeadLetters
from rustok.outbox.hand import MOST_DEATHS
from rustok.outbox.membership import Membership
from rustok.outbox.stuck import StuckGuard
from rustok.testing.databases import TestDatabase
from tests.outbox.probe import Clock, Recorder, change, parked, versions
from tests.outbox.test_outbox_workers import another_worker, share

DIED = "UPDATE sys_workers SET seen_until = now() - interval '1 s'"
WRITING = """
    SELECT EXISTS (SELECT FROM pg_stat_activity
                   WHERE datname = current_database() AND backend_xid IS NOT NULL)
"""


async def dies(database: TestDatabase, ctx: Context, thing: UUID) -> int | None:
    """Runs a worker in a process of its own, until that ends; returns its code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.outbox.worker_process",
        "dying",
        msgspec.json.encode(database.urls).decode(),
        ctx.tenant.slug,
        env={**os.environ, "DEADLY_THING": str(thing)},
    )
    owner = await asyncpg.connect(database.owner_url)
    async with asyncio.timeout(60):
        code = await process.wait()
        while await owner.fetchval(WRITING):  # noqa: ASYNC110  # its sessions end one by one
            await asyncio.sleep(0.01)
    await owner.close()
    return code


async def test_an_event_that_ends_its_worker_each_time_is_given_up_and_the_others_are_applied(
    host: Host,
    database: TestDatabase,
    ctx: Context,
    other_ctx: Context,
    owner: asyncpg.Connection,
    clock: Clock,
) -> None:
    before, deadly, after, elsewhere = uuid4(), uuid4(), uuid4(), uuid4()
    for thing in (before, deadly, after):
        await change(host, ctx, thing)
    await change(host, other_ctx, elsewhere)
    await workers.sequencer(host).drain()
    for _ in range(1 + MOST_DEATHS):
        assert await dies(database, ctx, deadly) == 7
        await owner.execute(DIED)
        await share(host)
        await host.get(Membership).leave()

    clock.advance(60)
    runner = workers.runner(host, Recorder())
    while await runner.step() is not Step.IDLE:
        pass
    (letter,) = await host.get(DeadLetters).list()
    assert letter.aggregate_id == deadly
    assert letter.reason.startswith("WorkerDied: 3 workers died")
    assert await versions(owner, deadly) == []
    for thing in (before, after, elsewhere):
        assert await versions(owner, thing) == [1]
    assert await owner.fetchval("SELECT count(*) FROM sys_suspects") == 0


async def test_the_lane_goes_on_as_soon_as_an_event_has_ended_a_worker_alone(
    host: Host, database: TestDatabase, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    deadly, well = uuid4(), uuid4()
    await change(host, ctx, deadly, times=2)
    await change(host, ctx, well)
    await workers.sequencer(host).drain()
    for _ in range(2):
        assert await dies(database, ctx, deadly) == 7
        await owner.execute(DIED)
        await share(host)
        await host.get(Membership).leave()
    runner = workers.runner(host, Recorder())
    await runner.drain()
    assert await versions(owner, well) == [1]
    assert await parked(owner) == [(1, True), (0, False)]
    clock.advance(2)
    await runner.drain()
    assert await versions(owner, deadly) == [1, 2], "it was not the event's fault, after all"


async def test_what_was_begun_by_one_that_died_is_applied_one_by_one(
    host: Host, database: TestDatabase, clock: Clock, ctx: Context, owner: asyncpg.Connection
) -> None:
    thing = uuid4()
    await change(host, ctx, thing, times=5)
    await workers.sequencer(host).drain()
    dead = workers.runner(host, Recorder())
    await host.get(Membership).ensure()
    await dead._both._look(alone=False)
    await owner.execute(DIED)
    recorder = Recorder()
    async with another_worker(database, clock) as second:
        runner = workers.runner(second, recorder)
        while (await runner.step()).did_work:
            pass
        assert recorder.batches == [1] * 5
        assert await versions(owner, thing) == [1, 2, 3, 4, 5]
        await change(host, ctx, thing, times=3)
        await workers.sequencer(host).drain()
        await runner.drain()
    assert recorder.batches == [1] * 5 + [3], "what came later is not suspected"


async def test_only_what_was_tried_alone_is_blamed_for_a_death(
    host: Host, database: TestDatabase, clock: Clock, ctx: Context, owner: asyncpg.Connection
) -> None:
    await change(host, ctx, times=2)
    await workers.sequencer(host).drain()
    deadly = workers.runner(host, Recorder("deadly"))
    await host.get(Membership).ensure()
    await deadly._both._look(alone=False)
    await owner.execute(DIED)
    async with another_worker(database, clock) as second:
        deadly = workers.runner(second, Recorder("deadly"))
        beside = workers.runner(second, Recorder("beside"))
        await second.get(Membership).ensure()
        assert (await deadly._both._look(alone=False)).alone is not None
        await beside._both._look(alone=False)
        await deadly._both._look(alone=True)
        await owner.execute(DIED)
        await share(host)
    blamed = await owner.fetch("SELECT consumer, deaths FROM sys_suspects ORDER BY 2")
    assert [tuple(row) for row in blamed] == [("deadly", 0), ("deadly", 1)]
    assert await owner.fetchval("SELECT count(*) FROM sys_retries WHERE consumer = 'beside'") == 0


async def test_a_suspected_event_is_tried_once_nothing_runs_beside_it(
    host: Host,
    database: TestDatabase,
    clock: Clock,
    ctx: Context,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gate, "QUIET_SECONDS", 0.05)
    await change(host, ctx)
    await workers.sequencer(host).drain()
    first = workers.runner(host, Recorder())
    await host.get(Membership).ensure()
    await first._both._look(alone=False)
    await owner.execute(DIED)
    async with another_worker(database, clock) as second:
        recorder = Recorder()
        runner = workers.runner(second, recorder)
        async with second.get(Membership).gate.beside():
            assert await runner.step() is Step.ELSEWHERE
        assert recorder.batches == []
        assert await owner.fetchval("SELECT count(*) FROM sys_attempts") == 0
        assert (await runner.step()).did_work
        assert recorder.batches == [1]


async def test_a_retry_beside_which_the_worker_died_is_tried_alone_from_then_on(
    host: Host, database: TestDatabase, clock: Clock, ctx: Context, owner: asyncpg.Connection
) -> None:
    async def fail(_session: WriteSession, _event: Event) -> None:
        raise ValueError

    await change(host, ctx)
    await workers.sequencer(host).drain()
    runner = workers.runner(host, Recorder(disturb=fail))
    await runner.drain()
    clock.advance(5)
    await host.get(Membership).ensure()
    begun = await runner._both._begin_retry(ctx.tenant.id, alone=False)
    assert begun is not None
    assert not begun.suspected
    await owner.execute(DIED)
    async with another_worker(database, clock) as second:
        await share(second)
        again = workers.runner(second, Recorder())
        begun = await again._both._begin_retry(ctx.tenant.id, alone=False)
        assert begun is not None
        assert begun.suspected
        assert begun.deaths == 0
        assert (await again.step()).did_work
    assert await owner.fetchval("SELECT count(*) FROM sys_retries") == 0
    assert await owner.fetchval("SELECT count(*) FROM sys_suspects") == 0


async def test_a_worker_that_leaves_in_good_order_is_suspected_of_nothing(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    await change(host, ctx, times=5)
    await workers.sequencer(host).drain()
    runner = workers.runner(host, Recorder())
    await host.get(Membership).ensure()
    await runner._both._look(alone=False)
    await host.get(Membership).leave()
    recorder = Recorder()
    await workers.runner(host, recorder).drain()
    assert recorder.batches == [5]


async def test_a_handler_that_never_awaits_is_interrupted_and_its_event_parked(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    deadly, well = uuid4(), uuid4()

    async def spin(_session: WriteSession, event: Event) -> None:
        while event.aggregate_id == deadly:
            pass

    await change(host, ctx, deadly)
    await change(host, ctx, well)
    await workers.sequencer(host).drain()
    guard = StuckGuard(0.5)
    host.provide(StuckGuard, guard)
    runner = workers.runner(host, Recorder(disturb=spin))
    with guard.watching():
        async with asyncio.timeout(30):
            await runner.drain()
    assert await parked(owner) == [(1, True)]
    assert "HandlerStuck" in await owner.fetchval("SELECT error FROM sys_retries")
    assert await versions(owner, well) == [1]


async def test_what_is_no_handler_is_never_interrupted() -> None:
    guard = StuckGuard(0.3)
    with guard.watching():
        until = asyncio.get_running_loop().time() + 1.5
        while asyncio.get_running_loop().time() < until:
            pass


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
async def test_recursion_and_memory_are_failures_as_others(
    host: Host, ctx: Context, owner: asyncpg.Connection, error: type[Exception]
) -> None:
    async def fail(_session: WriteSession, event: Event) -> None:
        if error is MemoryError:
            bytearray(2**62)
        await fail(_session, event)

    await change(host, ctx)
    await workers.sequencer(host).drain()
    await workers.runner(host, Recorder(disturb=fail)).drain()
    assert error.__name__ in await owner.fetchval("SELECT error FROM sys_retries")
