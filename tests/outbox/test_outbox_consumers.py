"""A consumer is a cursor that moves in the transaction of its effect."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import Subscriber
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.consumers import ConsumerRunner, Step
from rustok.outbox.event_log import EventLog
from rustok.outbox.settling import drain, settle
from rustok.outbox.types import EventFilter
from rustok.outbox.wakeups import Wakeups
from tests.outbox.probe import Recorder, ThingSeen, applied, change, versions


async def position(owner: asyncpg.Connection, consumer: str = "probe.recorder") -> int | None:
    found: int | None = await owner.fetchval(
        "SELECT min(position) FROM sys_cursors WHERE consumer = $1", consumer
    )
    return found


async def head(owner: asyncpg.Connection) -> int:
    found: int = await owner.fetchval("SELECT position FROM sys_log_head")
    return found


async def drained(host: Host, recorder: Recorder) -> ConsumerRunner:
    runner = workers.runner(host, recorder)
    await drain(workers.sequencer(host), [runner])
    return runner


async def test_events_of_all_tenants_are_applied_once_in_order(
    host: Host, ctx: Context, other_ctx: Context, owner: asyncpg.Connection
) -> None:
    ours, theirs = uuid4(), uuid4()
    for _ in range(3):
        await change(host, ctx, ours)
        await change(host, other_ctx, theirs)
    recorder = Recorder()
    runner = await drained(host, recorder)
    await runner.drain()
    assert await versions(owner, ours) == [1, 2, 3]
    assert await versions(owner, theirs) == [1, 2, 3]
    assert recorder.batches == [3, 3]
    tenants = {effect.aggregate_id: effect.tenant_id for effect in await applied(owner)}
    assert tenants == {ours: ctx.tenant.id, theirs: other_ctx.tenant.id}


async def test_a_new_consumer_starts_at_the_beginning_and_a_known_one_where_it_was(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    await change(host, ctx, times=3)
    await drained(host, Recorder())
    assert len(await applied(owner)) == 3
    await change(host, ctx, times=2)
    await drained(host, Recorder())
    assert len(await applied(owner)) == 5


async def test_events_it_did_not_ask_for_are_passed_not_applied(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    await change(host, ctx, times=2)
    await drained(host, Recorder(events=("thing.never",)))
    assert await applied(owner) == []
    assert await position(owner) == await head(owner)
    await drained(host, Recorder("probe.all", events=None))
    assert len(await applied(owner, "probe.all")) == await head(owner)


async def test_rare_events_behind_many_others_are_found(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    await owner.execute(
        "INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, aggregate_id, "
        "aggregate_version, payload, occurred_at, correlation_id) "
        "SELECT $1, gen_random_uuid(), 'filler', 1, 'x', gen_random_uuid(), 1, '{}', now(), '' "
        "FROM generate_series(1, 12000)",
        ctx.tenant.id,
    )
    await change(host, ctx)
    await drained(host, Recorder())
    assert len(await applied(owner)) == 1
    assert await position(owner) == await head(owner) > 12_000


async def test_of_two_runners_one_waits_for_the_other(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def hold(_session: WriteSession, _event: Event) -> None:
        inside.set()
        await go_on.wait()

    await change(host, ctx)
    await workers.sequencer(host).drain()
    first = workers.runner(host, Recorder(disturb=hold))
    second = workers.runner(host, Recorder())
    working = asyncio.create_task(first.drain())
    async with asyncio.timeout(10):
        await inside.wait()
    assert await second.step() is Step.ELSEWHERE
    go_on.set()
    assert await working
    assert await second.step() is Step.IDLE
    assert len(await applied(owner)) == 1


async def test_many_runners_of_one_consumer_apply_each_event_once(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    thing = uuid4()
    runners = [workers.runner(host, Recorder()) for _ in range(4)]
    running = [asyncio.create_task(runner.run()) for runner in runners]
    sequencer = workers.sequencer(host)
    for _ in range(20):
        await change(host, ctx, thing, times=2)
        await sequencer.drain()
    assert host.worker is not None
    await settle(host.worker, host.get(Wakeups), ["probe.recorder"])
    for runner in runners:
        runner.stop()
    await asyncio.gather(*running)
    assert await versions(owner, thing) == list(range(1, 41))


async def test_facts_that_a_subscriber_records_belong_to_the_tenant_and_carry_the_trace(
    host: Host, ctx: Context, other_ctx: Context
) -> None:
    async def see(caller: Context, session: WriteSession, event: Event) -> None:
        session.record(ThingSeen(), aggregate_id=event.aggregate_id, aggregate_version=1)

    subscriber = Subscriber(name="probe.seer", events=("thing.changed",), handler=see)
    ours, theirs = uuid4(), uuid4()
    for caller, thing in ((ctx, ours), (other_ctx, theirs), (ctx, ours)):
        await change(host, caller, thing)
    await drain(workers.sequencer(host), [workers.runner(host, subscriber)])

    log = host.get(EventLog)
    causes = await log.tail(where=EventFilter(name="thing.changed"))
    seen = await log.tail(where=EventFilter(name="thing.seen"))
    assert sorted((e.tenant_id, e.aggregate_id) for e in seen) == sorted(
        [(ctx.tenant.id, ours), (ctx.tenant.id, ours), (other_ctx.tenant.id, theirs)]
    )
    assert {event.causation_id for event in seen} == {event.id for event in causes}


async def test_health_counts_what_a_consumer_has_not_passed(host: Host, ctx: Context) -> None:
    runner = await drained(host, Recorder())
    await change(host, ctx, times=4)
    await workers.sequencer(host).drain()
    (lag,) = (await host.get(EventLog).health()).consumers
    assert (lag.consumer, lag.lag, lag.oldest_at) == ("probe.recorder", 4, host.clock.now())
    await runner.drain()
    (lag,) = (await host.get(EventLog).health()).consumers
    assert (lag.lag, lag.oldest_at, lag.retries, lag.dead_letters) == (0, None, 0, 0)


@pytest.mark.parametrize("events", [("thing.changed",), None])
async def test_settle_waits_for_workers_that_run_elsewhere(
    host: Host, ctx: Context, owner: asyncpg.Connection, events: tuple[str, ...] | None
) -> None:
    thing: UUID = uuid4()
    parts = (workers.sequencer(host), workers.runner(host, Recorder(events=events)))
    running = [asyncio.create_task(part.run()) for part in parts]
    await change(host, ctx, thing, times=3)
    assert host.worker is not None
    await settle(host.worker, host.get(Wakeups), ["probe.recorder"], seconds=10)
    assert await versions(owner, thing) == [1, 2, 3]
    with pytest.raises(TimeoutError):
        await settle(host.worker, host.get(Wakeups), ["probe.unknown"], seconds=0.05)
    for part in parts:
        part.stop()
    await asyncio.gather(*running)
