"""The publisher sends the log on in order, one publisher at a time, and leaves nothing out."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import uuid4

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.events.transport import EventSink, Kept, Link, StreamUnavailable
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.publisher import Publisher, PublisherNumbers
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.wakeups import Wakeups
from rustok.testing.conformance.transport import Log, following
from rustok.testing.nats_server import NatsServer
from tests.outbox.probe import change
from tests.streaming.stands import NatsStand, reached
from tests.streaming.test_nats_faults import stored

BATCH = 7


class Recorder:
    """A sink that writes down what it is given, and fails or waits when it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[Link]] = []
        self.fails = False
        self.holds: Kept | None = None
        self.forgotten = 0
        self.let = asyncio.Event()
        self.let.set()

    @property
    def links(self) -> list[Link]:
        return [link for batch in self.batches for link in batch]

    @property
    def positions(self) -> list[int]:
        return [link.event.position for link in self.links]

    async def publish(self, links: Sequence[Link]) -> None:
        self.batches.append(list(links))
        await self.let.wait()
        if self.fails:
            raise StreamUnavailable

    async def last(self) -> Kept | None:
        return self.holds

    async def forget(self) -> None:
        self.forgotten += 1


def publisher(host: Host, sink: EventSink, numbers: PublisherNumbers | None = None) -> Publisher:
    assert host.worker is not None
    return Publisher(
        "probe",
        sink,
        host.worker,
        host.get(Wakeups),
        host.settings(OutboxSettings),
        numbers or PublisherNumbers("probe"),
        batch=BATCH,
    )


async def place(owner: asyncpg.Connection) -> int | None:
    found: int | None = await owner.fetchval("SELECT position FROM sys_publishers")
    return found


async def expire(owner: asyncpg.Connection) -> None:
    await owner.execute("UPDATE sys_publishers SET expires_at = now() - interval '1 second'")


async def head(host: Host, owner: asyncpg.Connection) -> int:
    await workers.sequencer(host).drain()
    found: int = await owner.fetchval("SELECT position FROM sys_log_head")
    return found


@pytest.fixture
async def last(host: Host, ctx: Context, other_ctx: Context, owner: asyncpg.Connection) -> int:
    """The position of the last of some events of two tenants."""
    for _ in range(10):
        await change(host, ctx)
        await change(host, other_ctx, times=2)
    return await head(host, owner)


async def test_all_events_are_sent_in_order_and_say_what_was_before_them(
    host: Host, owner: asyncpg.Connection, last: int
) -> None:
    sink, numbers = Recorder(), PublisherNumbers("probe")
    await publisher(host, sink, numbers).drain()
    assert sink.positions == list(range(1, last + 1))
    assert all(len(batch) <= BATCH for batch in sink.batches)
    before: dict[object, int] = {}
    for link in sink.links:
        assert link.previous == before.get(link.event.tenant_id, 0)
        before[link.event.tenant_id] = link.event.position
    assert await place(owner) == last
    assert numbers.published == last


async def test_it_goes_on_where_the_one_before_was(
    host: Host, ctx: Context, owner: asyncpg.Connection, last: int
) -> None:
    sink = Recorder()
    await publisher(host, sink).drain()
    await expire(owner)
    await change(host, ctx, times=3)
    now = await head(host, owner)
    await publisher(host, sink).drain()
    assert sink.positions == list(range(1, now + 1))


async def test_only_one_works_until_its_lease_is_over(
    host: Host, ctx: Context, owner: asyncpg.Connection, last: int
) -> None:
    first, second = Recorder(), Recorder()
    one, other = publisher(host, first), publisher(host, second)
    await one.drain()
    await change(host, ctx)
    now = await head(host, owner)
    assert await other.step() is False
    assert second.batches == []
    await expire(owner)
    await other.drain()
    assert second.positions == [now]


async def test_who_was_replaced_moves_nothing(
    host: Host, ctx: Context, owner: asyncpg.Connection, last: int
) -> None:
    stalled, sink = Recorder(), Recorder()
    stalled.let.clear()
    one, numbers = publisher(host, stalled), PublisherNumbers("probe")
    stepping = asyncio.create_task(one.step())
    await reached(lambda: bool(stalled.batches))
    await expire(owner)
    await publisher(host, sink, numbers).drain()
    assert await place(owner) == last
    stalled.let.set()
    assert await stepping is False
    assert await place(owner) == last
    assert sink.positions == list(range(1, last + 1))
    held = numbers.place
    assert held is not None
    assert held.token == 2


async def test_the_lease_is_renewed_while_the_stream_takes_its_time(
    host: Host, owner: asyncpg.Connection, last: int
) -> None:
    sink = Recorder()
    sink.let.clear()
    stepping = asyncio.create_task(publisher(host, sink).step())
    await reached(lambda: bool(sink.batches))
    first = await owner.fetchval("SELECT expires_at FROM sys_publishers")
    async with asyncio.timeout(20):
        while await owner.fetchval("SELECT expires_at FROM sys_publishers") == first:  # noqa: ASYNC110  # PostgreSQL sends no event
            await asyncio.sleep(0.02)
    sink.let.set()
    assert await stepping is True


async def test_who_lost_the_lease_stops_waiting_for_the_stream(
    host: Host, owner: asyncpg.Connection, last: int
) -> None:
    sink = Recorder()
    sink.let.clear()
    stepping = asyncio.create_task(publisher(host, sink).step())
    await reached(lambda: bool(sink.batches))
    await owner.execute("UPDATE sys_publishers SET owner = $1, token = token + 1", uuid4())
    assert await asyncio.wait_for(stepping, 20) is False
    assert await place(owner) == 0


async def test_what_the_stream_did_not_take_is_sent_again(
    host: Host, owner: asyncpg.Connection, last: int
) -> None:
    sink, numbers = Recorder(), PublisherNumbers("probe")
    sink.fails = True
    one = publisher(host, sink, numbers)
    assert await one.step() is False
    assert await one.step() is False
    assert (await place(owner), numbers.failures, numbers.published) == (0, 2, 0)
    sink.batches.clear()
    sink.fails = False
    await one.drain()
    assert sink.positions == list(range(1, last + 1))


async def test_what_follows_is_at_hand_when_the_stream_has_answered(
    host: Host, owner: asyncpg.Connection, last: int
) -> None:
    sink = Recorder()
    one = publisher(host, sink)
    assert await one.step() is True
    await owner.execute("ALTER TABLE sys_events RENAME TO sys_hidden")
    try:
        assert await one.step() is True
    finally:
        await owner.execute("ALTER TABLE sys_hidden RENAME TO sys_events")
    assert await place(owner) == 2 * BATCH
    await one.drain()
    assert sink.positions == list(range(1, last + 1))


async def test_who_has_sent_all_that_was_there_goes_on_with_what_came_meanwhile(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    await change(host, ctx)
    await head(host, owner)
    sink = Recorder()
    sink.let.clear()
    stepping = asyncio.create_task(publisher(host, sink).step())
    await reached(lambda: bool(sink.batches))
    await change(host, ctx)
    await head(host, owner)
    sink.let.set()
    assert await stepping is True


async def test_what_was_sent_before_a_crash_is_not_in_the_stream_twice(
    host: Host, owner: asyncpg.Connection, last: int, nats_server: NatsServer
) -> None:
    stand = NatsStand(nats_server)
    async with stand.open() as transport:
        await publisher(host, transport.sink).drain()
        await owner.execute("UPDATE sys_publishers SET position = 4")
        await expire(owner)
        await publisher(host, transport.sink).drain()
    assert await stored(stand) == list(range(1, last + 1))


async def test_it_is_woken_stops_in_good_order_and_frees_its_lease(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    sink = Recorder()
    one = publisher(host, sink)
    running = asyncio.create_task(one.run())
    await change(host, ctx, times=3)
    last = await head(host, owner)
    await reached(lambda: len(sink.positions) == last)
    one.stop()
    await asyncio.wait_for(running, 20)
    assert await place(owner) == last
    assert await owner.fetchval("SELECT expires_at <= clock_timestamp() FROM sys_publishers")


async def lose_commits(owner: asyncpg.Connection, after: int) -> None:
    """What a failover to a replica that lagged behind leaves."""
    await owner.execute("DELETE FROM sys_events WHERE position > $1", after)
    await owner.execute("UPDATE sys_log_head SET position = $1", after)
    await owner.execute("UPDATE sys_tenant_heads SET position = least(position, $1)", after)
    await owner.execute("UPDATE sys_publishers SET position = least(position, $1)", after)


@pytest.mark.parametrize("is_same", [True, False])
async def test_a_stream_that_holds_what_the_database_has_lost_is_emptied(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    last: int,
    nats_server: NatsServer,
    is_same: bool,
) -> None:
    stand, log = NatsStand(nats_server), Log(1)
    log.tenants = (ctx.tenant.id,)
    async with stand.open() as transport:
        await following(transport, log)
        one = publisher(host, transport.sink)
        await one.drain()
        await reached(lambda: transport.buffers.events > 0)
        await lose_commits(owner, last - 5)
        await change(host, ctx, times=3)
        now = await head(host, owner)
        if is_same:
            await reached_after(one, lambda: transport.numbers.kept >= last + 3)
        else:
            await expire(owner)
            await publisher(host, transport.sink).drain()
        kept = {
            (row[0], row[1]) for row in await owner.fetch("SELECT position, id FROM sys_events")
        }
        await following(transport, log)

        def only_what_is_there() -> bool:
            found = {(link.event.position, link.event.id) for link in transport.buffers}
            return found <= kept and transport.buffers.newest(ctx.tenant.id) == now

        await reached(only_what_is_there)
    assert await stored(stand) == list(range(last - 4, now + 1))


async def reached_after(one: Publisher, condition: Callable[[], bool]) -> None:
    """Steps until it is so: the place is looked at anew when the lease is renewed."""
    async with asyncio.timeout(20):
        while not condition():
            await one.step()
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("ahead", [-3, 0])
async def test_a_stream_that_holds_a_part_of_the_log_is_left_as_it_is(
    host: Host, owner: asyncpg.Connection, last: int, ahead: int
) -> None:
    sink = Recorder()
    event_id = await owner.fetchval("SELECT id FROM sys_events WHERE position = $1", last + ahead)
    sink.holds = Kept(last + ahead, event_id)
    await publisher(host, sink).drain()
    assert sink.forgotten == 0
    assert sink.positions == list(range(1, last + 1))
