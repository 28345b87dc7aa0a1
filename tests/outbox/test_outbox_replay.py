"""Past events come again, in their order and before what is live; the cursor stays."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from rustok.outbox import replay, workers
from rustok.outbox.dead_letters import DeadLetters
from rustok.outbox.errors import ConsumerUnknown, NothingToReplay, TooMuchToReplay
from rustok.outbox.event_log import EventLog
from rustok.outbox.replay import Replay, Stretch, batches
from rustok.outbox.replay_repository import PastEvent
from rustok.outbox.types import EventFilter
from tests.outbox.probe import Clock, Recorder, applied, change, parked, run, versions

ALL = Stretch(first=1, last=1_000_000)


async def cursors(owner: asyncpg.Connection) -> Sequence[tuple[UUID, int]]:
    rows = await owner.fetch("SELECT tenant_id, position FROM sys_cursors ORDER BY tenant_id")
    return [(row["tenant_id"], row["position"]) for row in rows]


async def test_each_aggregates_events_come_again_in_order_and_the_cursor_stays(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    one, two = uuid4(), uuid4()
    recorder = Recorder()
    runner = workers.runner(host, recorder)
    for thing in (one, two, one, two, one):
        await change(host, ctx, thing)
    await run(host, runner)
    before = await cursors(owner)

    assert await host.get(Replay).run([recorder], recorder.name, ALL) == 5
    assert await cursors(owner) == before
    await run(host, runner)
    assert await versions(owner, one) == [1, 2, 3, 1, 2, 3]
    assert await versions(owner, two) == [1, 2, 1, 2]
    assert await parked(owner) == []


async def test_live_events_wait_behind_those_that_come_again(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    thing = uuid4()
    recorder = Recorder()
    runner = workers.runner(host, recorder)
    await change(host, ctx, thing, times=3)
    await run(host, runner)
    await change(host, ctx, thing)
    await host.get(Replay).run([recorder], recorder.name, ALL)
    await change(host, ctx, thing)
    await run(host, runner)

    assert await versions(owner, thing) == [1, 2, 3, 1, 2, 3, 4, 5]


async def test_what_waits_for_its_retry_comes_after_what_is_before_it(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    thing = uuid4()
    sick = True

    async def fail(_session: WriteSession, event: Event) -> None:
        if sick and event.aggregate_version == 3:
            raise ValueError("not yet")

    recorder = Recorder(disturb=fail)
    runner = workers.runner(host, recorder)
    await change(host, ctx, thing, times=4)
    await run(host, runner)
    assert await versions(owner, thing) == [1, 2]
    await host.get(Replay).run([recorder], recorder.name, ALL)
    await run(host, runner)
    assert await versions(owner, thing) == [1, 2, 1, 2]
    sick = False
    clock.advance(60)
    await run(host, runner)
    assert await versions(owner, thing) == [1, 2, 1, 2, 3, 4]


async def test_what_is_dead_stays_so_and_what_is_after_it_waits(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    thing = uuid4()

    async def fail(_session: WriteSession, event: Event) -> None:
        if event.aggregate_version == 2:
            raise ValueError("never")

    recorder = Recorder(retry=RetryPolicy(attempts=1), disturb=fail)
    runner = workers.runner(host, recorder)
    await change(host, ctx, thing, times=3)
    await run(host, runner)
    given_back = await host.get(Replay).run([recorder], recorder.name, ALL)
    await run(host, runner)

    assert given_back == 2
    assert await versions(owner, thing) == [1, 1]
    (letter,) = await host.get(DeadLetters).list()
    assert letter.waiting == 1
    await host.get(DeadLetters).discard(letter.id)
    await run(host, runner)
    assert await versions(owner, thing) == [1, 1, 3]


async def test_only_the_range_the_tenant_and_what_the_consumer_wants_and_has_passed(
    host: Host, ctx: Context, other_ctx: Context, owner: asyncpg.Connection
) -> None:
    thing, other = uuid4(), uuid4()
    recorder = Recorder()
    runner = workers.runner(host, recorder)
    await change(host, ctx, thing, times=4)
    await change(host, other_ctx, other, times=2)
    await run(host, runner)
    await change(host, ctx, thing)
    await workers.sequencer(host).drain()
    log = await host.get(EventLog).tail(
        after=0, where=EventFilter(tenant_id=ctx.tenant.id, name="thing.changed")
    )
    second, third = (event.position or 0 for event in log[1:3])
    tenant = Stretch(first=second, last=third, tenant_id=ctx.tenant.id)

    assert await host.get(Replay).run([recorder], recorder.name, tenant) == 2
    assert await host.get(Replay).run([recorder], recorder.name, tenant) == 2, "it may be repeated"
    await run(host, runner)
    assert await versions(owner, thing) == [1, 2, 3, 4, 2, 3, 5]
    assert await versions(owner, other) == [1, 2]


async def test_the_log_says_that_events_came_again_and_why(
    host: Host, ctx: Context, other_ctx: Context, owner: asyncpg.Connection
) -> None:
    recorder = Recorder()
    for context in (ctx, other_ctx):
        await change(host, context, times=2)
    await run(host, workers.runner(host, recorder))
    await host.get(Replay).run([recorder], recorder.name, ALL, reason="mended the recorder")
    await workers.sequencer(host).drain()
    found = await host.get(EventLog).tail(after=0, where=EventFilter(name="event.replayed"))

    assert {event.tenant_id for event in found} == {ctx.tenant.id, other_ctx.tenant.id}
    for event in found:
        assert event.payload == (
            '{"consumer":"probe.recorder","first":1,"last":1000000,"events":2,'
            '"reason":"mended the recorder"}'
        )


async def test_what_cannot_be_replayed_is_refused(
    host: Host, ctx: Context, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    await change(host, ctx, times=3)
    service = host.get(Replay)
    with pytest.raises(ConsumerUnknown, match=r"There are: probe\.recorder\."):
        await service.run([recorder], "probe.nobody", ALL)
    with pytest.raises(NothingToReplay):
        await service.run([recorder], recorder.name, ALL)
    await run(host, workers.runner(host, recorder))
    with pytest.raises(NothingToReplay):
        await service.run([recorder], recorder.name, Stretch(first=3, last=2))
    monkeypatch.setattr(replay, "MOST_REPLAYED", 2)
    with pytest.raises(TooMuchToReplay, match=r"the last of as many is at \d+\."):
        await service.run([recorder], recorder.name, ALL)
    assert await parked(owner) == []


async def test_batches_are_told_and_due_one_after_the_other(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replay.batches, "__defaults__", (2,))
    recorder = Recorder()
    for _ in range(5):
        await change(host, ctx)
    await run(host, workers.runner(host, recorder))
    told: list[tuple[int, int]] = []
    await host.get(Replay).run(
        [recorder], recorder.name, ALL, told=lambda done, of: told.append((done, of))
    )
    again = []
    for _ in range(3):
        await run(host, workers.runner(host, recorder))
        again.append(len(await applied(owner)) - 5)
        clock.advance(replay.BATCH_SECONDS)

    assert told == [(2, 5), (4, 5), (5, 5)]
    assert again == [2, 4, 5]


@given(st.lists(st.integers(0, 5), max_size=60), st.integers(1, 10))
def test_a_batch_holds_whole_aggregates_in_order(things: list[int], size: int) -> None:
    events = [
        PastEvent(tenant_id=UUID(int=0), position=n, insert_order=n, aggregate_id=UUID(int=thing))
        for n, thing in enumerate(things, start=1)
    ]
    found = list(batches(events, size))

    assert sorted(event.position for batch in found for event in batch) == list(
        range(1, len(events) + 1)
    )
    for batch in found:
        chains = {event.aggregate_id for event in batch}
        assert len(batch) <= size or len(chains) == 1
        for chain in chains:
            own = [event.position for event in batch if event.aggregate_id == chain]
            assert own == [event.position for event in events if event.aggregate_id == chain]
