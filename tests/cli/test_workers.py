"""The workers of a process: found in the modules, run together, settled by tests."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from rustok.app.workers import Workers, all_workers
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from rustok.outbox.consumers import ConsumerRunner
from rustok.outbox.membership import Membership
from rustok.outbox.service import EventLog
from rustok.outbox.stuck import StuckGuard
from rustok.outbox.workers import runner, sequencer


class Collecting:
    """A consumer that keeps what it is given."""

    name = "test.collecting"
    events: tuple[str, ...] | None = None
    retry = RetryPolicy()

    def __init__(self) -> None:
        self.names: list[str] = []
        self.got_some = asyncio.Event()

    async def handle(self, _ctx: Context, _session: WriteSession, events: Sequence[Event]) -> None:
        self.names += [event.name for event in events]
        self.got_some.set()


@pytest.fixture
def consumer() -> Collecting:
    """A consumer of all events."""
    return Collecting()


@pytest.fixture
def own_runner(host: Host, consumer: Collecting) -> ConsumerRunner:
    """Runs the consumer."""
    return runner(host, consumer)


async def test_settling_sequences_and_applies_all_that_is_committed(
    host: Host, ctx: Context, settle: Callable[[], Awaitable[None]]
) -> None:
    await settle()
    health = await host.get(EventLog).health()
    assert [event.name for event in await host.get(EventLog).tail()] == ["tenant.created"]
    assert {lag.lag for lag in health.consumers} <= {0}


async def test_workers_work_until_they_are_stopped(
    host: Host, ctx: Context, consumer: Collecting, own_runner: ConsumerRunner
) -> None:
    stopping = asyncio.Event()
    workers = Workers(sequencer(host), [own_runner], [], host.get(Membership), host.get(StuckGuard))
    running = asyncio.create_task(workers.run(stopping))
    async with asyncio.timeout(10):
        await consumer.got_some.wait()
        stopping.set()
        await running
    assert consumer.names == ["tenant.created"]


async def test_a_part_that_breaks_ends_the_others_and_says_why(
    host: Host, own_runner: ConsumerRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(own_runner, "run", broken)
    workers = Workers(sequencer(host), [own_runner], [], host.get(Membership), host.get(StuckGuard))
    async with asyncio.timeout(10):
        with pytest.raises(RuntimeError, match="broken"):
            await workers.run(asyncio.Event())


async def test_every_projection_and_reaction_of_the_modules_has_a_runner(host: Host) -> None:
    stopping = asyncio.Event()
    stopping.set()
    async with asyncio.timeout(10):
        await all_workers(host).run(stopping)
