"""Whatever a handler does, its event is parked; what is not its fault is not counted."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.errors import DatabaseUnavailable
from rustok.core.events import Event
from rustok.core.host import Host
from rustok.core.sql import Query, Statement
from rustok.outbox import workers
from rustok.outbox.hand import Hand, HandName
from rustok.outbox.settings import OutboxSettings
from rustok.testing.databases import TestDatabase
from tests.outbox.probe import Recorder, applied, change, effect, parked, run, versions

LOST = (DatabaseUnavailable, asyncpg.InterfaceError)
HANG = Statement("SELECT pg_sleep(60)")
BROKEN = Query("SELECT no_such_column FROM sys_log_head", int)
ZERO = Query("SELECT 1 / 0", int)


async def divide_by_zero(session: WriteSession, event: Event) -> None:
    await session.one(ZERO)


async def swallow_the_databases_error(session: WriteSession, event: Event) -> None:
    try:
        await session.one(BROKEN)
    except asyncpg.UndefinedColumnError:
        return


async def leave_it_to_the_commit(session: WriteSession, event: Event) -> None:
    await effect(session, "probe.late", event, late=404)


async def recurse(session: WriteSession, event: Event) -> None:
    await recurse(session, event)


async def hang(session: WriteSession, event: Event) -> None:
    await asyncio.Event().wait()


async def hang_in_the_database(session: WriteSession, event: Event) -> None:
    await session.execute(HANG)


async def raise_many(session: WriteSession, event: Event) -> None:
    raise ExceptionGroup("several", [ValueError("a"), TypeError("b")])


@pytest.mark.parametrize(
    ("poison", "reason"),
    [
        (divide_by_zero, "ValidationFailed: A value is out of range. (from DivisionByZeroError: "),
        (swallow_the_databases_error, "InFailedSQLTransactionError"),
        (leave_it_to_the_commit, "ForeignKeyViolationError"),
        (recurse, "RecursionError"),
        (hang, "TimeoutError"),
        (hang_in_the_database, "TimeoutError"),
        (raise_many, "ExceptionGroup"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
async def test_every_kind_of_poison_is_parked_and_the_rest_goes_on(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    poison: Callable[[WriteSession, Event], Awaitable[None]],
    reason: str,
) -> None:
    sick = uuid4()

    async def disturb(session: WriteSession, event: Event) -> None:
        if event.aggregate_id == sick:
            await poison(session, event)

    await change(host, ctx, times=5)
    await change(host, ctx, sick)
    await change(host, ctx, times=5)
    settings = host.settings(OutboxSettings)
    host._settings[OutboxSettings] = msgspec.structs.replace(settings, handler_seconds=0.1)
    await run(host, workers.runner(host, Recorder(disturb=disturb)))
    assert await parked(owner) == [(1, True)]
    assert len(await applied(owner)) == 10
    assert (await owner.fetchval("SELECT error FROM sys_retries")).startswith(reason)


@pytest.mark.parametrize(("hand", "of_a_batch"), [("prompt", 10.0), ("bulk", 40.0)])
async def test_a_few_events_at_once_have_a_quarter_of_the_time_that_each_has_alone(
    host: Host, ctx: Context, monkeypatch: pytest.MonkeyPatch, hand: HandName, of_a_batch: float
) -> None:
    given: list[float | None] = []
    timeout = asyncio.timeout

    def noted(seconds: float | None) -> asyncio.Timeout:
        given.append(seconds)
        return timeout(seconds)

    settings = host.settings(OutboxSettings)
    host._settings[OutboxSettings] = msgspec.structs.replace(
        settings, handler_seconds=40.0, bulk_events=1 if hand == "bulk" else 50
    )
    runner = workers.runner(host, Recorder())
    acting = Hand(hand, runner._parts)
    for times in (4, 1):
        await change(host, ctx, times=times)
        await workers.sequencer(host).drain()
        if times == 1:
            acting = Hand("prompt", runner._parts)
        with monkeypatch.context() as patch:
            patch.setattr("rustok.outbox.delivery.asyncio.timeout", noted)
            assert (await acting.step()).did_work
    assert [seconds for seconds in given if seconds in {10.0, 40.0}] == [of_a_batch, 40.0]


async def test_an_event_of_a_tenant_that_cannot_be_found_is_parked(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    unknown = uuid4()
    await owner.execute(
        "INSERT INTO tenants (id, slug, name, default_locale, locales, currency, created_at, "
        "updated_at) VALUES ($1, 'gone', 'Gone', 'en', '{en}', 'EUR', now(), now())",
        unknown,
    )
    await owner.execute("ALTER FUNCTION tenant_find RENAME TO tenant_lost")
    await change(host, ctx)
    await run(host, workers.runner(host, Recorder()))
    assert await parked(owner) == [(1, True)]


async def test_a_lost_database_counts_no_attempt(
    host: Host, ctx: Context, owner: asyncpg.Connection, database: TestDatabase
) -> None:
    thing = uuid4()
    cut = True

    async def lose_connection(session: WriteSession, _event: Event) -> None:
        if cut:
            pid = await session.one(Query("SELECT pg_backend_pid()", int))
            await owner.execute("SELECT pg_terminate_backend($1)", pid)
            await session.one(Query("SELECT 1", int))

    await change(host, ctx, thing, times=3)
    runner = workers.runner(host, Recorder(disturb=lose_connection))
    for _ in range(3):
        with pytest.raises(LOST):
            await run(host, runner)
    assert await parked(owner) == []
    cut = False
    await run(host, runner)
    assert await versions(owner, thing) == [1, 2, 3]


async def test_another_service_out_of_reach_counts_an_attempt_but_its_database_does_not(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    error: Exception = DatabaseUnavailable()

    async def fail(_session: WriteSession, _event: Event) -> None:
        raise error

    await change(host, ctx)
    runner = workers.runner(host, Recorder(disturb=fail))
    with pytest.raises(DatabaseUnavailable):
        await run(host, runner)
    assert await parked(owner) == []
    error = ConnectionRefusedError("webhook")
    await run(host, runner)
    assert await parked(owner) == [(1, True)]
