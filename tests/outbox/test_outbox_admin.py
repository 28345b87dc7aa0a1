"""Who handles a dead letter while its consumer works waits for it: nothing is left behind."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.dead_letter_service import DeadLetterService
from rustok.outbox.dead_letters import DeadLetters
from rustok.outbox.event_log import EventLog
from rustok.outbox.replay import Replay, Stretch
from rustok.outbox.types import EventFilter
from tests.outbox.probe import Recorder, change, parked, run, versions

ONCE = RetryPolicy(attempts=1)
BLOCKED = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


class Sick:
    """Fails for the first version of one thing, and stands still at another thing if told to."""

    def __init__(self) -> None:
        self.thing, self.slow = uuid4(), uuid4()
        self.fails = True
        self.stands = False
        self.standing, self.go_on = asyncio.Event(), asyncio.Event()

    async def __call__(self, _session: WriteSession, event: Event) -> None:
        if self.fails and (event.aggregate_id, event.aggregate_version) == (self.thing, 1):
            raise ValueError("cannot digest it")
        if self.stands and event.aggregate_id == self.slow:
            self.standing.set()
            await self.go_on.wait()


async def somebody_waits(owner: asyncpg.Connection) -> None:
    """Returns once a session waits for another one's lock."""
    async with asyncio.timeout(20):
        while not await owner.fetchval(BLOCKED):  # noqa: ASYNC110  # the database tells nobody
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("again", [True, False])
async def test_an_event_that_is_held_meanwhile_is_not_forgotten(
    host: Host, ctx: Context, owner: asyncpg.Connection, *, again: bool
) -> None:
    sick = Sick()
    runner = workers.runner(host, Recorder(retry=ONCE, disturb=sick))
    await change(host, ctx, sick.thing)
    await run(host, runner)
    (letter,) = await host.get(DeadLetters).list()

    sick.fails, sick.stands = False, True
    await change(host, ctx, sick.slow)
    await change(host, ctx, sick.thing)
    working = asyncio.create_task(run(host, runner))
    await sick.standing.wait()
    service = host.get(DeadLetterService)
    handling = asyncio.create_task(
        (service.retry if again else service.discard)(ctx, letter.id, reason="now")
    )
    await somebody_waits(owner)
    assert await versions(owner, sick.thing) == []
    sick.go_on.set()
    await asyncio.gather(working, handling)
    await run(host, runner)

    assert await versions(owner, sick.thing) == ([1, 2] if again else [2])
    assert await parked(owner) == []


async def test_what_is_given_back_while_a_batch_is_under_way_comes_in_order(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    sick = Sick()
    sick.fails = False
    recorder = Recorder(retry=ONCE, disturb=sick)
    runner = workers.runner(host, recorder)
    await change(host, ctx, sick.thing, times=2)
    await run(host, runner)

    sick.stands = True
    await change(host, ctx, sick.slow)
    await change(host, ctx, sick.thing)
    working = asyncio.create_task(run(host, runner))
    await sick.standing.wait()
    replaying = asyncio.create_task(
        host.get(Replay).run([recorder], recorder.name, Stretch(first=1, last=1_000))
    )
    await somebody_waits(owner)
    await change(host, ctx, sick.thing)
    sick.go_on.set()
    await asyncio.gather(working, replaying)
    await run(host, runner)

    assert await versions(owner, sick.thing) == [1, 2, 3, 1, 2, 4]


async def test_a_letter_is_handled_once_by_two_at_the_same_time(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    sick = Sick()
    runner = workers.runner(host, Recorder(retry=ONCE, disturb=sick))
    await change(host, ctx, sick.thing)
    await run(host, runner)
    (letter,) = await host.get(DeadLetters).list()
    service = host.get(DeadLetterService)
    done = await asyncio.gather(
        *(service.retry(ctx, letter.id) for _ in range(4)), return_exceptions=True
    )
    await workers.sequencer(host).drain()
    records = await host.get(EventLog).tail(after=0, where=EventFilter(name="dead_letter.retried"))

    assert [isinstance(one, int) for one in done].count(True) == 1
    assert len(records) == 1


async def test_what_fails_to_be_recorded_is_not_done(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    sick = Sick()
    await change(host, ctx, sick.thing)
    await run(host, workers.runner(host, Recorder(retry=ONCE, disturb=sick)))
    (letter,) = await host.get(DeadLetters).list()
    await owner.execute(
        "ALTER TABLE sys_events ADD CHECK (name <> 'dead_letter.discarded') NOT VALID"
    )
    with pytest.raises(asyncpg.CheckViolationError):
        await host.get(DeadLetterService).discard(ctx, letter.id)

    assert await host.get(DeadLetters).list() == [letter]
