"""Wake-ups are hints: coalesced, lost without harm, and never a reason to die."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import pytest

from rustok.app.signals import PostgresSignals
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.core.signals import Listener
from rustok.outbox import workers
from rustok.outbox.consumers import ConsumerRunner
from rustok.outbox.counts import ConsumerCounts
from rustok.outbox.sequencer import Sequencer
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.settling import settle
from rustok.outbox.wakeups import Announcer, Wakeups
from rustok.testing.databases import TestDatabase
from tests.outbox.probe import Recorder, change, versions


class Silence:
    """Signals that reach nobody."""

    is_current = False

    def listen(self, channel: str, listener: Listener) -> None:
        """Nobody is called."""

    async def send(self, channel: str, text: str) -> None:
        """Nothing is sent."""


class Memory:
    """Signals that the test hands on."""

    is_current = True

    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self.sent: asyncio.Queue[str] = asyncio.Queue()

    def listen(self, _channel: str, listener: Listener) -> None:
        self.listeners.append(listener)

    async def send(self, _channel: str, text: str) -> None:
        await self.sent.put(text)


@asynccontextmanager
async def running(*parts: Sequencer | ConsumerRunner) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(part.run()) for part in parts]
    try:
        yield
    finally:
        for part in parts:
            part.stop()
        async with asyncio.timeout(10):
            await asyncio.gather(*tasks)


async def test_announcements_during_one_become_one_more() -> None:
    sent = 0
    release = asyncio.Event()

    async def send() -> None:
        nonlocal sent
        sent += 1
        await release.wait()

    announcer = Announcer(send, pause_seconds=0)
    for _ in range(100):
        announcer.announce()
    await asyncio.sleep(0)
    for _ in range(100):
        announcer.announce()
    assert sent == 1
    release.set()
    assert announcer._task is not None
    await announcer._task
    assert sent == 2


async def test_a_signal_that_cannot_be_sent_is_let_go() -> None:
    tries = 0

    async def send() -> None:
        nonlocal tries
        tries += 1
        raise ConnectionResetError

    announcer = Announcer(send, pause_seconds=0)
    for _ in range(2):
        announcer.announce()
        assert announcer._task is not None
        await announcer._task
    assert tries == 2


@pytest.mark.parametrize(
    ("text", "appended", "sequenced"),
    [
        ("appended x", True, False),
        ("sequenced x", False, True),
        ("", True, True),
        ("?", False, False),
    ],
)
async def test_what_another_process_says_wakes_those_it_concerns(
    text: str, appended: bool, sequenced: bool
) -> None:
    signals = Memory()
    wakeups = Wakeups(signals)
    with wakeups.appended.listen() as one, wakeups.sequenced.listen() as two:
        signals.listeners[0](text)
        assert (one.is_set(), two.is_set()) == (appended, sequenced)


async def test_an_own_signal_does_not_wake_twice() -> None:
    signals = Memory()
    wakeups = Wakeups(signals)
    with wakeups.sequenced.listen() as woken:
        wakeups.tell_sequenced()
        assert woken.is_set()
        woken.clear()
        signals.listeners[0](await signals.sent.get())
        assert not woken.is_set()


async def test_other_processes_are_told_of_events_where_this_one_has_no_sequencer() -> None:
    signals = Memory()
    wakeups = Wakeups(signals)
    with wakeups.appended.listen() as sequencer:
        wakeups.tell_appended()
        assert sequencer.is_set()
    wakeups.tell_sequenced()
    assert (await signals.sent.get()).startswith("sequenced ")
    assert signals.sent.empty()
    wakeups.tell_appended()
    assert (await signals.sent.get()).startswith("appended ")


async def test_another_process_is_woken_through_the_database(
    host: Host, database: TestDatabase, ctx: Context
) -> None:
    async with asyncpg.create_pool(database.runtime_url, min_size=1, max_size=1) as pool:
        elsewhere = PostgresSignals(database.runtime_url, pool)
        wakeups = Wakeups(elsewhere)
        listening = asyncio.create_task(elsewhere.run())
        try:
            async with asyncio.timeout(10):
                await elsewhere.connected.wait()
                with wakeups.appended.listen() as appended:
                    await change(host, ctx)
                    await appended.wait()
                with wakeups.sequenced.listen() as sequenced:
                    await workers.sequencer(host).drain()
                    await sequenced.wait()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def test_workers_that_hear_nothing_find_their_work_by_looking(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    assert host.worker is not None
    deaf = Wakeups(Silence())
    settings = host.settings(OutboxSettings)
    host.provide(Wakeups, deaf)
    runner = workers.runner(host, Recorder())
    deaf_sequencer = Sequencer(host.worker, Wakeups(Silence()), ConsumerCounts(), settings)
    thing = uuid4()
    async with running(deaf_sequencer, runner):
        await change(host, ctx, thing, times=3)
        await settle(host.worker, deaf, ["probe.recorder"], seconds=5)
    assert await versions(owner, thing) == [1, 2, 3]


async def test_workers_survive_the_loss_of_every_connection(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    assert host.worker is not None
    thing = uuid4()
    parts = (workers.sequencer(host), workers.runner(host, Recorder()))
    async with running(*parts):
        await change(host, ctx, thing)
        await settle(host.worker, host.get(Wakeups), ["probe.recorder"], seconds=10)
        await owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        async with asyncio.timeout(10):
            await recovered(host, ctx)
        await change(host, ctx, thing)
        await settle(host.worker, host.get(Wakeups), ["probe.recorder"], seconds=10)
    assert await versions(owner, thing) == [1, 2]


async def recovered(host: Host, ctx: Context) -> None:
    """Writes until both pools have replaced the connections they lost."""
    assert host.worker is not None
    for database in (host.db, host.worker):
        while True:
            try:
                async with database.read(ctx):
                    await database.pool.fetchval("SELECT 1")
            except (
                OSError,
                asyncpg.PostgresError,
                asyncpg.InterfaceError,
                asyncpg.InternalClientError,
            ):
                continue
            break


async def test_a_stopped_worker_finishes_what_it_began(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    recorder = Recorder()
    runner = workers.runner(host, recorder)

    async def stop(*_: object) -> None:
        runner.stop()

    recorder.disturb = stop
    thing = uuid4()
    await change(host, ctx, thing, times=3)
    await workers.sequencer(host).drain()
    async with asyncio.timeout(10):
        await runner.run()
    assert await versions(owner, thing) == [1, 2, 3]
