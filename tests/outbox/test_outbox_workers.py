"""Workers share the tenants by leases; who is late is dead, and can do no harm when it wakes up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from rustok.app.bootstrap import open_host
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.transport import PARTITIONS, Stretch, partition_of
from rustok.core.events.upcasting import Upcasters
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.consumers import Step
from rustok.outbox.event_log import EventLog
from rustok.outbox.hand import Hand
from rustok.outbox.membership import Membership
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.types import EventFilter
from rustok.testing.databases import SECRET, TestDatabase
from tests.outbox.probe import Clock, Recorder, ThingChanged, applied, change, versions

NAME = "probe.recorder"
KILL = "UPDATE sys_workers SET seen_until = now() - interval '1 s' WHERE id = $1"


@asynccontextmanager
async def another_worker(
    database: TestDatabase, clock: Clock, **settings: float
) -> AsyncIterator[Host]:
    """A second process on the database, as far as the database can tell."""
    own = msgspec.structs.replace(OutboxSettings(), **settings)
    config = msgspec.structs.replace(
        database.config, sections={**database.config.sections, "outbox": own}
    )
    async with open_host(
        config, database.modules, database.urls, SECRET, workers=True, clock=clock
    ) as host:
        host.get(Upcasters).declare(ThingChanged)
        yield host


async def share(host: Host) -> frozenset[int]:
    """The partitions of a host after a sign of life."""
    membership = host.get(Membership)
    membership.join(NAME)
    await membership._sign()
    return membership.partitions(NAME)


async def test_the_partition_of_a_tenant_is_the_same_in_python_and_in_the_database(
    owner: asyncpg.Connection,
) -> None:
    for _ in range(50):
        tenant = uuid4()
        assert await owner.fetchval("SELECT sys_partition($1)", tenant) == partition_of(tenant)


async def test_workers_share_the_partitions_evenly_and_each_is_of_one(
    host: Host, database: TestDatabase, clock: Clock
) -> None:
    assert len(await share(host)) == PARTITIONS
    async with another_worker(database, clock) as second, another_worker(database, clock) as third:
        for one in (second, third, host, second, third, host):
            await share(one)
        shares = [await share(one) for one in (host, second, third)]
        assert sorted(map(len, shares)) in ([4, 6, 6], [5, 5, 6])
        assert frozenset().union(*shares) == frozenset(range(PARTITIONS))
        assert sum(map(len, shares)) == PARTITIONS
        await third.get(Membership).leave()
        for one in (host, second, host, second):
            await share(one)
        assert [len(await share(one)) for one in (host, second)] == [8, 8]


async def test_who_gives_no_sign_of_life_loses_its_tenants_by_the_databases_clock(
    host: Host, database: TestDatabase, clock: Clock
) -> None:
    async with another_worker(database, clock, lease_seconds=0.5) as silent:
        assert len(await share(silent)) == PARTITIONS
        assert await share(host) == frozenset()
        async with asyncio.timeout(10):
            while len(await share(host)) < PARTITIONS:  # noqa: ASYNC110  # a database
                await asyncio.sleep(0.02)
        assert await share(silent) == frozenset(), "the others were first"


async def test_whose_session_has_ended_is_dead_at_once(
    host: Host, database: TestDatabase, clock: Clock, owner: asyncpg.Connection
) -> None:
    stopping = asyncio.Event()
    async with another_worker(database, clock, lease_seconds=300) as other:
        membership = other.get(Membership)
        membership.join(NAME)
        running = asyncio.create_task(membership.run(stopping))
        async with asyncio.timeout(10):
            while not membership.partitions(NAME):  # noqa: ASYNC110  # a database
                await asyncio.sleep(0.01)
        assert await share(host) == frozenset()
        ended = "SELECT pg_terminate_backend(backend, 5000) FROM sys_workers WHERE id = $1"
        assert await owner.fetchval(ended, membership.id)
        assert len(await share(host)) == PARTITIONS
        stopping.set()
        await running


async def test_what_a_worker_saw_before_it_slept_it_can_no_longer_take(
    host: Host, database: TestDatabase, clock: Clock, ctx: Context, owner: asyncpg.Connection
) -> None:
    thing = uuid4()
    await change(host, ctx, thing, times=3)
    await workers.sequencer(host).drain()
    sleeper = Hand("both", workers.runner(host, Recorder())._parts)
    await host.get(Membership).ensure()
    look = await sleeper._look(alone=False)
    assert look.tenants == [ctx.tenant.id]

    await owner.execute(KILL, host.get(Membership).id)
    async with another_worker(database, clock) as second:
        runner = workers.runner(second, Recorder())
        assert (await runner.step()).did_work
        assert await sleeper._advance(look) is Step.ELSEWHERE
        while (await runner.step()).did_work:
            pass
    assert await versions(owner, thing) == [1, 2, 3]


async def test_a_lost_lease_alone_is_enough_to_refuse(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    await change(host, ctx)
    await workers.sequencer(host).drain()
    sleeper = Hand("both", workers.runner(host, Recorder())._parts)
    await host.get(Membership).ensure()
    look = await sleeper._look(alone=False)
    await owner.execute("UPDATE sys_leases SET owner = gen_random_uuid()")
    assert await sleeper._advance(look) is Step.ELSEWHERE
    assert await applied(owner) == []


async def test_a_worker_that_sleeps_in_the_middle_of_its_transaction_is_thrown_out(
    host: Host, database: TestDatabase, clock: Clock, ctx: Context, owner: asyncpg.Connection
) -> None:
    inside, wake_up = asyncio.Event(), asyncio.Event()

    async def sleep(_session: WriteSession, _event: Event) -> None:
        inside.set()
        await wake_up.wait()

    thing = uuid4()
    await change(host, ctx, thing)
    await workers.sequencer(host).drain()
    stuck = workers.runner(host, Recorder(disturb=sleep))
    sleeping = asyncio.create_task(stuck.step())
    async with asyncio.timeout(10):
        await inside.wait()
    await owner.execute(KILL, host.get(Membership).id)
    async with another_worker(database, clock, lease_seconds=0.5) as second:
        runner = workers.runner(second, Recorder())
        async with asyncio.timeout(20):
            while not (await runner.step()).did_work:  # noqa: ASYNC110  # a database
                await asyncio.sleep(0.05)
        wake_up.set()
        with pytest.raises(Exception, match=r".+"):
            await sleeping
        while (await runner.step()).did_work:
            pass
    assert await versions(owner, thing) == [1]


async def test_a_flood_of_one_tenant_is_for_another_hand_than_the_others_events(
    host: Host, ctx: Context, other_ctx: Context, owner: asyncpg.Connection
) -> None:
    await owner.execute(
        "INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, aggregate_id, "
        "aggregate_version, payload, occurred_at, correlation_id) SELECT $1, gen_random_uuid(), "
        "'thing.changed', 1, 'thing', gen_random_uuid(), 1, '{}', now(), '' "
        "FROM generate_series(1, 2000)",
        ctx.tenant.id,
    )
    late = uuid4()
    await change(host, other_ctx, late)
    await workers.sequencer(host).drain()
    parts = workers.runner(host, Recorder())._parts
    prompt, bulk = Hand("prompt", parts), Hand("bulk", parts)

    assert (await prompt.step()).did_work
    assert await versions(owner, late) == [1], "before any of those that came before it"
    assert len(await applied(owner)) == 1
    assert await prompt.step() is Step.IDLE
    while (await bulk.step()).did_work:
        pass
    while (await prompt.step()).did_work:
        pass
    effects = await applied(owner)
    assert len(effects) == 2001
    flood = [effect.position for effect in effects if effect.tenant_id == ctx.tenant.id]
    assert flood == sorted(flood)


async def test_of_many_floods_each_has_its_turn(
    host: Host, ctx: Context, other_ctx: Context, owner: asyncpg.Connection
) -> None:
    for tenant in (ctx.tenant.id, other_ctx.tenant.id):
        await owner.execute(
            "INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, "
            "aggregate_id, aggregate_version, payload, occurred_at, correlation_id) "
            "SELECT $1, gen_random_uuid(), 'thing.changed', 1, 'thing', gen_random_uuid(), 1, "
            "'{}', now(), '' FROM generate_series(1, 1000)",
            tenant,
        )
    await workers.sequencer(host).drain()
    runner = workers.runner(host, Recorder())
    assert (await runner.step()).did_work
    found = [effect.tenant_id for effect in await applied(owner)]
    assert found.count(ctx.tenant.id) == found.count(other_ctx.tenant.id) == 250


async def test_what_is_done_leaves_a_mark_below_which_nobody_looks(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    await change(host, ctx, times=3)
    await workers.sequencer(host).drain()
    runner = workers.runner(host, Recorder())
    while (await runner.step()).did_work:
        pass
    await owner.execute("UPDATE sys_tenant_heads SET position = position")
    membership = host.get(Membership)
    membership._signs = 19
    await membership._sign()
    mark = "SELECT mark FROM sys_leases WHERE consumer = $1 AND partition = $2"
    reached = await owner.fetchval(mark, NAME, partition_of(ctx.tenant.id))
    assert reached == await owner.fetchval("SELECT position FROM sys_log_head") > 0
    await change(host, ctx)
    await workers.sequencer(host).drain()
    assert (await runner.step()).did_work


async def test_what_a_stream_brings_is_applied_only_if_it_is_the_logs(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    thing = uuid4()
    await change(host, ctx, thing, times=2)
    await workers.sequencer(host).drain()
    hand = Hand("both", workers.runner(host, Recorder())._parts)
    await host.get(Membership).ensure()
    look = await hand._look(alone=False)
    rows = await host.get(EventLog).tail(where=EventFilter(name="thing.changed"))
    events = tuple(row.as_event() for row in rows)
    strange = (events[0], msgspec.structs.replace(events[1], id=uuid4()))
    for brought, applied_then in ((strange, []), (events, [1, 2])):
        stretch = Stretch(
            tenant_id=ctx.tenant.id,
            after=look.positions[0],
            upto=brought[-1].position,
            events=brought,
        )
        _, served = await hand._by_stream._apply([stretch])
        assert served == ({ctx.tenant.id} if applied_then else set())
        assert await versions(owner, thing) == applied_then
