"""An event is found by one look: who applied all there was waits, and who has nothing sleeps."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import msgspec
import pytest

from rustok.app.bootstrap import open_host
from rustok.app.signals import PostgresSignals
from rustok.core.context import Context
from rustok.core.events.upcasting import Upcasters
from rustok.core.host import Host
from rustok.core.signals import Signals
from rustok.outbox import workers
from rustok.outbox.applying import Step
from rustok.outbox.hand import Hand
from rustok.outbox.membership import Membership
from rustok.outbox.repository import Look
from rustok.outbox.settings import OutboxSettings
from rustok.testing.databases import SECRET, TestDatabase
from tests.outbox.probe import FILLERS, Clock, Recorder, ThingChanged, applied, change

NEVER = 60_000
LIMIT = 20.0


@asynccontextmanager
async def worker(database: TestDatabase, clock: Clock, **settings: float) -> AsyncIterator[Host]:
    """A process whose hands look when they are woken, and not by themselves."""
    own = msgspec.structs.replace(OutboxSettings(poll_milliseconds=NEVER), **settings)
    config = msgspec.structs.replace(
        database.config, sections={**database.config.sections, "outbox": own}
    )
    async with open_host(
        config, database.modules, database.urls, SECRET, workers=True, clock=clock
    ) as host:
        host.get(Upcasters).declare(ThingChanged, *FILLERS)
        signals = host.get(Signals)
        assert isinstance(signals, PostgresSignals)
        async with asyncio.timeout(LIMIT):  # a new connection wakes everybody once
            await signals.connected.wait()
        yield host


class Looks:
    """Counts the looks of each hand, and wakes who waits for one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count: Counter[str] = Counter()
        self._looked = asyncio.Event()
        look = Hand._look

        async def counted(hand: Hand, *, alone: bool) -> Look:
            found = await look(hand, alone=alone)
            self.count[hand.name] += 1
            self._looked.set()
            return found

        monkeypatch.setattr(Hand, "_look", counted)

    async def reach(self, **counts: int) -> None:
        """Waits until so many looks have been made."""
        async with asyncio.timeout(LIMIT):
            while any(self.count[name] < count for name, count in counts.items()):
                self._looked.clear()
                await self._looked.wait()


@asynccontextmanager
async def running(host: Host, recorder: Recorder) -> AsyncIterator[None]:
    runner = workers.runner(host, recorder)
    task = asyncio.create_task(runner.run())
    try:
        yield
    finally:
        runner.stop()
        with suppress(asyncio.CancelledError):
            await task


async def all_applied(owner: asyncpg.Connection, count: int) -> None:
    async with asyncio.timeout(LIMIT):
        while len(await applied(owner)) < count:  # noqa: ASYNC110  # a database
            await asyncio.sleep(0.01)


async def test_an_event_costs_one_look_and_does_not_wake_the_other_hand(
    database: TestDatabase,
    clock: Clock,
    ctx: Context,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = Looks(monkeypatch)
    async with worker(database, clock) as host, running(host, Recorder()):
        await looks.reach(prompt=1, bulk=1)
        for number in range(1, 4):
            await change(host, ctx)
            await workers.sequencer(host).drain()
            await all_applied(owner, number)
        assert looks.count == {"prompt": 4, "bulk": 1}


async def test_a_flood_wakes_the_hand_that_serves_it_at_once(
    database: TestDatabase,
    clock: Clock,
    ctx: Context,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rustok.outbox.consumers._LEAST_POLL_SECONDS", {"prompt": 60, "bulk": 60})
    looks = Looks(monkeypatch)
    async with worker(database, clock, bulk_events=5) as host, running(host, Recorder()):
        await looks.reach(prompt=1, bulk=1)
        await change(host, ctx, times=40)
        await workers.sequencer(host).drain()
        await all_applied(owner, 40)
    assert looks.count["bulk"] >= 2


async def test_who_left_something_looks_again(
    database: TestDatabase, clock: Clock, ctx: Context, other_ctx: Context
) -> None:
    async with worker(database, clock, consume_batch=2) as host:
        hand = Hand("both", workers.runner(host, Recorder())._parts)
        await change(host, ctx)
        await workers.sequencer(host).drain()
        assert await hand.step() is Step.FINISHED
        await change(host, ctx, times=2)
        await workers.sequencer(host).drain()
        assert await hand.step() is Step.WORKED, "a full batch may not have been all"
        assert await hand.step() is Step.IDLE
        await change(host, ctx)
        await change(host, other_ctx)
        await workers.sequencer(host).drain()
        assert await hand.step() is Step.WORKED, "there may be more lanes than one look takes"


async def test_what_lies_beyond_a_looks_span_is_looked_for(
    database: TestDatabase, clock: Clock, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rustok.outbox.hand.WINDOW", 3)
    async with worker(database, clock) as host:
        hand = Hand("both", workers.runner(host, Recorder())._parts)
        await change(host, ctx, times=5)
        await workers.sequencer(host).drain()
        assert await hand.step() is Step.WORKED
        assert await hand.step() is Step.FINISHED


async def test_whose_lane_another_has_is_not_taken_for_done(
    database: TestDatabase, clock: Clock, ctx: Context, other_ctx: Context, host: Host
) -> None:
    async with worker(database, clock) as process:
        hand = Hand("both", workers.runner(process, Recorder())._parts)
        await process.get(Membership).ensure()
        await change(host, ctx)
        await change(host, other_ctx)
        await workers.sequencer(host).drain()
        look = await hand._look(alone=False)
        assert look.complete
        moved = [position + 1 for position in look.positions[1:]]
        stale = msgspec.structs.replace(look, positions=[look.positions[0], *moved])
        assert await hand._advance(stale) is Step.WORKED
