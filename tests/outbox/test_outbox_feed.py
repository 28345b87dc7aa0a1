"""The feed: one reader of the log for all who listen in a process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from uuid import UUID, uuid4

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.errors import DatabaseUnavailable
from rustok.core.events import Event
from rustok.core.feed import Feed, ListenerTooSlow, Topic
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.feed import LogFeed
from rustok.outbox.wakeups import Wakeups
from tests.outbox.probe import Recorder, ThingSeen, change, run

LOG = Topic(events=frozenset({"thing.changed"}))
BEHIND = Topic(events=frozenset({"thing.changed"}), behind="probe.recorder")

LOST = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    DatabaseUnavailable,
    OSError,
)


@pytest.fixture
def feed(host: Host) -> LogFeed:
    found = host.get(Feed)
    assert isinstance(found, LogFeed)
    return found


async def sequenced(host: Host) -> None:
    await workers.sequencer(host).drain()


async def told(events: AsyncIterator[Event], count: int) -> list[tuple[UUID, int]]:
    async with asyncio.timeout(10):
        found = [await anext(events) for _ in range(count)]
    return [(event.aggregate_id, event.aggregate_version) for event in found]


async def test_events_are_told_in_order_from_now_on(
    host: Host, ctx: Context, feed: LogFeed
) -> None:
    thing = uuid4()
    await change(host, ctx, thing)
    await sequenced(host)
    async with feed.listen(ctx, LOG) as events:
        await change(host, ctx, thing, times=3)
        await sequenced(host)
        assert await told(events, 3) == [(thing, 2), (thing, 3), (thing, 4)]
    assert feed.listeners == 0


async def test_nobody_hears_of_another_tenants_or_topics_events(
    host: Host, ctx: Context, other_ctx: Context, feed: LogFeed
) -> None:
    ours, theirs, last = uuid4(), uuid4(), uuid4()
    one = Topic(events=LOG.events, aggregate_id=last)
    async with (
        feed.listen(ctx, LOG) as events,
        feed.listen(other_ctx, LOG) as others,
        feed.listen(ctx, one) as about_one,
    ):
        await change(host, other_ctx, theirs)
        async with host.db.write(ctx) as session:
            session.record(ThingSeen(), aggregate_id=ours, aggregate_version=1)
        await change(host, ctx, ours)
        await change(host, ctx, last)
        await change(host, other_ctx, last)
        await sequenced(host)
        assert await told(events, 2) == [(ours, 1), (last, 1)]
        assert await told(others, 2) == [(theirs, 1), (last, 1)]
        assert await told(about_one, 1) == [(last, 1)]


async def test_an_event_is_told_once_the_consumer_has_passed_it(
    host: Host, ctx: Context, feed: LogFeed
) -> None:
    recorder = workers.runner(host, Recorder())
    await run(host, recorder)
    thing = uuid4()
    async with feed.listen(ctx, LOG) as at_once, feed.listen(ctx, BEHIND) as behind:
        await change(host, ctx, thing)
        await sequenced(host)
        assert await told(at_once, 1) == [(thing, 1)]
        hearing = asyncio.create_task(told(behind, 1))
        reads = feed.reads
        host.get(Wakeups).passed.ring()
        await change(host, ctx, thing)
        await sequenced(host)
        assert await told(at_once, 1) == [(thing, 2)]
        assert not hearing.done()
        assert feed.reads == reads + 1
        await run(host, recorder)
        assert await hearing == [(thing, 1)]
        assert await told(behind, 1) == [(thing, 2)]


async def test_it_is_found_without_any_wake_up(host: Host, ctx: Context, feed: LogFeed) -> None:
    """As where a consumer works in another process, whose passing nobody tells."""
    thing = uuid4()
    await change(host, ctx, thing)
    recorder = Recorder()
    await run(host, workers.runner(host, recorder))
    silent = LogFeed(host.db, Wakeups(Silence()), most_waiting=10)
    async with silent.listen(ctx, BEHIND) as events:
        await change(host, ctx, thing)
        await run(host, workers.runner(host, recorder))
        assert await told(events, 1) == [(thing, 2)]


async def test_200_listeners_cost_one_read_and_hold_no_connection(
    host: Host, ctx: Context, feed: LogFeed
) -> None:
    thing = uuid4()
    topic = Topic(events=LOG.events, aggregate_id=thing)
    async with AsyncExitStack() as stack:
        listening = [await stack.enter_async_context(feed.listen(ctx, topic)) for _ in range(200)]
        assert feed.listeners == 200
        await change(host, ctx, thing)
        await sequenced(host)
        heard = await asyncio.gather(*(told(events, 1) for events in listening))
        assert heard == [[(thing, 1)]] * 200
        assert feed.reads == 1
        pool = host.db.pool
        assert pool.get_size() - pool.get_idle_size() <= 2
    assert feed.listeners == 0


async def test_who_is_too_slow_is_told_and_the_others_hear_on(host: Host, ctx: Context) -> None:
    feed = LogFeed(host.db, host.get(Wakeups), most_waiting=2)
    thing = uuid4()
    async with feed.listen(ctx, LOG) as slow, feed.listen(ctx, LOG) as quick:
        for version in range(1, 4):
            await change(host, ctx, thing)
            await sequenced(host)
            assert await told(quick, 1) == [(thing, version)]
        with pytest.raises(ListenerTooSlow):
            await told(slow, 1)


async def changed_at_last(host: Host, ctx: Context, thing: UUID) -> None:
    """Each attempt may meet one of the connections that are lost."""
    async with asyncio.timeout(20):
        while True:
            with suppress(*LOST):
                await change(host, ctx, thing)
                return


async def test_reading_goes_on_where_it_was_when_the_database_is_back(
    host: Host, ctx: Context, feed: LogFeed, owner: asyncpg.Connection
) -> None:
    thing = uuid4()
    async with feed.listen(ctx, LOG) as events:
        await change(host, ctx, thing)
        await sequenced(host)
        assert await told(events, 1) == [(thing, 1)]
        await owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'rustok'"
        )
        await changed_at_last(host, ctx, thing)
        await sequenced(host)
        assert await told(events, 1) == [(thing, 2)]


async def test_who_joins_later_reads_the_log_from_then_on(
    host: Host, ctx: Context, other_ctx: Context, feed: LogFeed
) -> None:
    thing = uuid4()
    async with feed.listen(ctx, LOG) as events:
        await change(host, other_ctx, thing)
        await change(host, ctx, thing)
        await sequenced(host)
        assert await told(events, 1) == [(thing, 1)]
        async with feed.listen(other_ctx, LOG) as others:
            await change(host, other_ctx, thing)
            await sequenced(host)
            assert await told(others, 1) == [(thing, 2)]
    async with feed.listen(ctx, LOG) as events:
        await change(host, ctx, thing)
        await sequenced(host)
        assert await told(events, 1) == [(thing, 2)]


class Silence:
    """Signals that reach nobody."""

    is_current = False

    def listen(self, channel: str, listener: object) -> None:
        """Nobody is called."""

    async def send(self, channel: str, text: str) -> None:
        """Nothing is sent."""
