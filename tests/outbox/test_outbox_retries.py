"""A failing event waits, with its aggregate; everybody else goes on."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.backoff import delay
from rustok.outbox.consumers import ConsumerRunner
from rustok.outbox.dead_letters import DeadLetters
from rustok.outbox.errors import DeadLetterUnknown
from rustok.outbox.parking_repository import DueEvent
from rustok.outbox.repository import ReadEvent
from tests.outbox.probe import Clock, Recorder, change, parked, run, versions

PASS = RetryPolicy(later_events="pass")


class Poison:
    """Fails for the versions of a thing as long as it is told to."""

    def __init__(self, thing: UUID, *bad: int) -> None:
        self.thing = thing
        self.bad = set(bad)
        self.tried: list[int] = []

    async def __call__(self, _session: WriteSession, event: Event) -> None:
        if event.aggregate_id != self.thing:
            return
        self.tried.append(event.aggregate_version)
        if event.aggregate_version in self.bad:
            raise ValueError(f"cannot digest \0 {event.aggregate_version} \udc80")


async def die(host: Host, runner: ConsumerRunner, clock: Clock) -> None:
    """Fails until the retries are used up."""
    await run(host, runner)
    for _ in range(4):
        clock.advance(60)
        await run(host, runner)


@given(st.integers(1, 10_000), st.floats(0.001, 100), st.floats(100, 10_000))
def test_backoff_doubles_up_to_its_limit(attempts: int, first: float, most: float) -> None:
    policy = RetryPolicy(first_seconds=first, most_seconds=most)
    pause = delay(policy, attempts).total_seconds()
    following = delay(policy, attempts + 1).total_seconds()
    assert pause <= most + 1e-6
    assert following == pytest.approx(min(pause * 2, most), abs=1e-5)
    assert delay(policy, 1).total_seconds() == pytest.approx(first, abs=1e-5)


async def test_one_failing_event_holds_its_aggregate_and_nobody_else(
    host: Host, ctx: Context, other_ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    sick, well, far = uuid4(), uuid4(), uuid4()
    poison = Poison(sick, 2)
    for _ in range(3):
        await change(host, ctx, sick)
        await change(host, ctx, well)
        await change(host, other_ctx, far)
    runner = workers.runner(host, Recorder(disturb=poison))
    await run(host, runner)
    assert await versions(owner, sick) == [1]
    assert await versions(owner, well) == [1, 2, 3]
    assert await versions(owner, far) == [1, 2, 3]
    assert await parked(owner) == [(1, True), (0, False)]

    await change(host, ctx, sick)
    await run(host, runner)
    assert await parked(owner) == [(1, True), (0, False), (0, False)]

    poison.bad.clear()
    await run(host, runner)
    assert await versions(owner, sick) == [1], "the retry is not due yet"
    clock.advance(1)
    await run(host, runner)
    assert await versions(owner, sick) == [1, 2, 3, 4]
    assert await parked(owner) == []


async def test_a_retry_waits_one_two_four_and_eight_seconds_then_the_event_is_dead(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    thing = uuid4()
    runner = workers.runner(host, Recorder(disturb=Poison(thing, 1)))
    began = clock.now()
    await change(host, msgspec.structs.replace(ctx, request_id="req-9"), thing)
    await run(host, runner)
    for attempts, seconds in enumerate((1, 2, 4, 8), start=1):
        assert await parked(owner) == [(attempts, True)]
        clock.advance(seconds - 0.001)
        await run(host, runner)
        assert await parked(owner) == [(attempts, True)]
        clock.advance(0.001)
        await run(host, runner)
    assert await parked(owner) == []

    (letter,) = await host.get(DeadLetters).list()
    assert (letter.consumer, letter.aggregate_id, letter.attempts) == ("probe.recorder", thing, 5)
    assert (letter.tenant_id, letter.correlation_id) == (ctx.tenant.id, "req-9")
    assert letter.event_name == "thing.changed"
    assert letter.reason.startswith("ValueError: cannot digest \N{REPLACEMENT CHARACTER} 1")
    assert (letter.first_failed_at, letter.last_failed_at) == (began, clock.now())
    assert await host.get(DeadLetters).show(letter.id) == letter


async def test_later_events_wait_for_a_dead_one_until_it_is_retried(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    thing = uuid4()
    poison = Poison(thing, 1)
    runner = workers.runner(host, Recorder(disturb=poison))
    await change(host, ctx, thing, times=2)
    await die(host, runner, clock)
    await change(host, ctx, thing)
    await run(host, runner)
    assert await versions(owner, thing) == []
    (letter,) = await host.get(DeadLetters).list()
    assert (letter.blocking, letter.waiting) == (True, 2)

    poison.bad.clear()
    await host.get(DeadLetters).retry(letter.id)
    await run(host, runner)
    assert await versions(owner, thing) == [1, 2, 3]
    assert await host.get(DeadLetters).list() == []


async def test_a_retried_letter_that_fails_again_has_all_its_attempts(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    thing = uuid4()
    runner = workers.runner(host, Recorder(disturb=Poison(thing, 1)))
    await change(host, ctx, thing, times=2)
    await die(host, runner, clock)
    (letter,) = await host.get(DeadLetters).list()
    await host.get(DeadLetters).retry(letter.id)
    await run(host, runner)
    assert await parked(owner) == [(1, True), (0, False)]
    await die(host, runner, clock)
    (again,) = await host.get(DeadLetters).list()
    assert (again.position, again.attempts, again.waiting) == (letter.position, 5, 1)


async def test_discarding_a_dead_letter_lets_the_later_events_go_on(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    thing = uuid4()
    runner = workers.runner(host, Recorder(disturb=Poison(thing, 1)))
    await change(host, ctx, thing, times=3)
    await die(host, runner, clock)
    letters = host.get(DeadLetters)
    (letter,) = await letters.list()
    await letters.discard(letter.id)
    await run(host, runner)
    assert await versions(owner, thing) == [2, 3]
    for action in (letters.show, letters.retry, letters.discard):
        with pytest.raises(DeadLetterUnknown):
            await action(letter.id)


async def test_later_events_pass_a_dead_one_where_the_policy_says_so(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    thing = uuid4()
    poison = Poison(thing, 1)
    runner = workers.runner(host, Recorder(retry=PASS, disturb=poison))
    await change(host, ctx, thing, times=2)
    await run(host, runner)
    assert await versions(owner, thing) == [], "while it is retried, later ones wait"
    await die(host, runner, clock)
    await change(host, ctx, thing)
    await run(host, runner)
    assert await versions(owner, thing) == [2, 3]
    poison.bad.clear()
    (letter,) = await host.get(DeadLetters).list(tenant_id=ctx.tenant.id)
    await host.get(DeadLetters).retry(letter.id)
    await run(host, runner)
    assert await versions(owner, thing) == [2, 3, 1]


async def test_dead_letters_are_listed_page_by_page_and_by_consumer_or_tenant(
    host: Host, ctx: Context, other_ctx: Context, owner: asyncpg.Connection
) -> None:
    async def fail(_session: WriteSession, _event: Event) -> None:
        raise ValueError("no")

    once = RetryPolicy(attempts=1)
    await change(host, ctx)
    await change(host, other_ctx)
    for name in ("probe.a", "probe.b"):
        await run(host, workers.runner(host, Recorder(name, retry=once, disturb=fail)))
    letters = host.get(DeadLetters)
    everything = await letters.list()
    assert [letter.consumer for letter in everything] == ["probe.a"] * 2 + ["probe.b"] * 2
    assert await letters.list(limit=1) == everything[:1]
    assert await letters.list(after=everything[0].id, limit=2) == everything[1:3]
    assert await letters.list(consumer="probe.b", tenant_id=other_ctx.tenant.id) == everything[3:]


async def test_what_another_runner_has_applied_meanwhile_is_not_parked(
    host: Host, ctx: Context, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    thing = uuid4()
    failing = workers.runner(host, Recorder(disturb=Poison(thing, 1)))
    healthy = workers.runner(host, Recorder())
    narrow = failing._both._narrow

    async def overtaken(events: Sequence[ReadEvent], error: BaseException) -> None:
        await healthy.drain()
        await narrow(events, error)

    monkeypatch.setattr(failing._both, "_narrow", overtaken)
    await change(host, ctx, thing)
    await run(host, failing)
    assert await parked(owner) == []
    assert await versions(owner, thing) == [1]


async def test_what_another_runner_has_retried_meanwhile_counts_no_attempt(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    thing = uuid4()
    failing = workers.runner(host, Recorder(disturb=Poison(thing, 1)))
    healthy = workers.runner(host, Recorder())
    failed_again = failing._both._failed_again

    async def overtaken(due: DueEvent, error: BaseException) -> None:
        await healthy.drain()
        await failed_again(due, error)

    monkeypatch.setattr(failing._both, "_failed_again", overtaken)
    await change(host, ctx, thing)
    await run(host, failing)
    clock.advance(1)
    await run(host, failing)
    assert await parked(owner) == []
    assert await versions(owner, thing) == [1]
