"""What a consumer asks of the log: a look passes what is unwanted, taking moves the cursor."""

import asyncio

import asyncpg

from rustok.app.bootstrap import open_host
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.upcasting import Upcasters
from rustok.core.host import Host
from rustok.core.sql import Query
from rustok.outbox import workers
from rustok.outbox.consumers import ConsumerRunner, Step
from rustok.testing.databases import SECRET, TestDatabase
from tests.outbox.probe import Clock, Recorder, ThingChanged, applied, change

DURABILITY = Query("SELECT current_setting('synchronous_commit')", str)
POSITION = "SELECT position FROM sys_cursors WHERE consumer = 'probe.recorder'"
HEAD = "SELECT position FROM sys_log_head"


async def registered(host: Host, recorder: Recorder) -> ConsumerRunner:
    runner = workers.runner(host, recorder)
    assert await runner.step() is Step.IDLE
    return runner


async def test_a_look_passes_what_is_unwanted_and_leaves_nothing_to_do(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    runner = await registered(host, Recorder(events=("thing.never",)))
    await change(host, ctx, times=3)
    await workers.sequencer(host).drain()
    assert await runner.step() is Step.IDLE
    assert await owner.fetchval(POSITION) == await owner.fetchval(HEAD) > 0


async def test_who_looks_does_not_wait_for_the_one_at_work(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    runner = await registered(host, Recorder(events=("thing.never",)))
    for _ in range(2):
        assert await runner.step() is Step.IDLE
        await change(host, ctx)
        await workers.sequencer(host).drain()
    async with owner.transaction():
        before = await owner.fetchval(f"{POSITION} FOR UPDATE")
        async with asyncio.timeout(5):
            assert await runner.step() is Step.ELSEWHERE
        assert await owner.fetchval(POSITION) == before
    assert await runner.step() is Step.IDLE
    assert await owner.fetchval(POSITION) == await owner.fetchval(HEAD)


async def test_unwanted_events_around_a_wanted_one_are_passed_with_it(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    recorder = Recorder(events=("thing.changed",))
    runner = await registered(host, recorder)
    await change(host, ctx)
    await workers.sequencer(host).drain()
    await owner.execute(
        "INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, aggregate_id, "
        "aggregate_version, payload, occurred_at, correlation_id) "
        "VALUES ($1, gen_random_uuid(), 'other', 1, 'x', gen_random_uuid(), 1, '{}', now(), '')",
        ctx.tenant.id,
    )
    await workers.sequencer(host).drain()
    assert (await runner.step()).did_work
    assert await owner.fetchval(POSITION) == await owner.fetchval(HEAD)
    assert len(await applied(owner)) == 1


async def test_an_effect_does_not_wait_for_the_disk_and_its_cause_does(
    database: TestDatabase, owner: asyncpg.Connection, ctx: Context, clock: Clock
) -> None:
    name = await owner.fetchval("SELECT quote_ident(current_database())")
    # the tests' server itself waits for no disk
    await owner.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
    found = {}

    async def look(session: WriteSession, _event: Event) -> None:
        found["effect"] = await session.one(DURABILITY)

    async with open_host(
        database.config, database.modules, database.urls, SECRET, workers=True, clock=clock
    ) as host:
        host.get(Upcasters).declare(ThingChanged)
        runner = await registered(host, Recorder(disturb=look))
        await change(host, ctx)
        await workers.sequencer(host).drain()
        assert (await runner.step()).did_work
        assert host.worker is not None
        async with host.db.write(ctx) as session:
            found["cause"] = await session.one(DURABILITY)
        async with host.worker.write(ctx) as session:
            found["worker"] = await session.one(DURABILITY)
    assert found == {"effect": "off", "cause": "on", "worker": "on"}
