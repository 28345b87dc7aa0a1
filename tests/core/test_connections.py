"""Connections go from one session to the next, and never with anything left under way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.db.connections import SPARED
from rustok.core.db.pool import open_pool
from rustok.core.db.settings import DatabaseSettings
from rustok.core.db.turns import Reading
from rustok.core.errors import DatabaseUnavailable
from rustok.core.host import Host
from rustok.core.sql import Query
from rustok.testing.databases import TestDatabase

MOST = 4
PID = Query("SELECT pg_backend_pid()", int)
NUMBER = Query("SELECT :number::int FROM pg_sleep(:seconds)", int, number=int, seconds=float)


@pytest.fixture
async def db(host: Host, database: TestDatabase) -> AsyncIterator[Database]:
    """A database of few connections, for which sessions wait."""
    settings = DatabaseSettings(pool_max=MOST, request_timeout_seconds=20.0)
    pool = await open_pool(database.runtime_url, settings, name="connections")
    yield Database(pool, lambda: pytest.fail("nothing is written"), host.ids, settings)
    await asyncio.wait_for(pool.close(), timeout=10)  # what is kept must not keep it open


async def pid(db: Database, ctx: Context) -> int:
    async with db.read(ctx) as session:
        return await session.one(PID)


async def hurried(db: Database, ctx: Context) -> int:
    """The same, without the patience to wait."""
    async with Reading(db.connections, ctx, db.watch, wait_seconds=0.1) as session:
        return await session.one(PID)


async def test_the_next_session_takes_what_the_last_one_left(db: Database, ctx: Context) -> None:
    assert len({await pid(db, ctx) for _ in range(20)}) == 1


async def test_no_more_connections_are_open_than_the_pool_may_have(
    db: Database, ctx: Context
) -> None:
    pids = await asyncio.gather(*(pid(db, ctx) for _ in range(200)))
    assert len(set(pids)) <= MOST
    assert db.pool.get_size() <= MOST


async def test_who_asks_the_pool_itself_is_not_shut_out(db: Database, ctx: Context) -> None:
    is_over = asyncio.Event()

    async def read_on() -> None:
        while not is_over.is_set():
            await pid(db, ctx)

    readers = [asyncio.create_task(read_on()) for _ in range(3 * MOST)]
    try:
        async with asyncio.timeout(30):
            for _ in range(20):
                assert await db.pool.fetchval("SELECT 1") == 1
    finally:
        is_over.set()
        await asyncio.gather(*readers)


async def test_all_of_them_may_be_had_from_the_pool_soon_after(db: Database, ctx: Context) -> None:
    await asyncio.gather(*(pid(db, ctx) for _ in range(MOST)))
    async with asyncio.timeout(10):
        held = [await db.pool.acquire() for _ in range(MOST)]
    for connection in held:
        await db.pool.release(connection)


async def test_at_the_end_the_pool_has_at_once_what_lay_here(db: Database, ctx: Context) -> None:
    await asyncio.gather(*(pid(db, ctx) for _ in range(MOST)))
    assert db.connections.kept
    await db.connections.close()
    assert db.connections.kept == 0
    assert db.pool.get_idle_size() == db.pool.get_size()


async def test_sessions_that_wait_are_served_in_turn(db: Database, ctx: Context) -> None:
    begun = []

    async def ask(number: int) -> None:
        async with db.read(ctx) as session:
            begun.append(number)
            await session.one(PID)

    async with asyncio.timeout(30):
        await asyncio.gather(*(ask(number) for number in range(40 * MOST)))
    assert sorted(begun) == list(range(40 * MOST))
    assert db.pool.get_size() <= MOST


async def test_as_many_sessions_are_open_at_once_as_the_pool_may_have(
    db: Database, ctx: Context
) -> None:
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(db.read(ctx)) for _ in range(MOST)]
        assert len({await session.one(PID) for session in sessions}) == MOST
        with pytest.raises(DatabaseUnavailable):
            await hurried(db, ctx)
    assert await pid(db, ctx)


async def test_who_stops_waiting_takes_nothing_along(db: Database, ctx: Context) -> None:
    for _ in range(20):
        asked = [asyncio.create_task(pid(db, ctx)) for _ in range(8 * MOST)]
        await asyncio.sleep(0)
        for task in asked[::2]:
            task.cancel()
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(pid_, int | asyncio.CancelledError) for pid_ in found), found
    async with AsyncExitStack() as stack:  # nothing was lost: all of them can be had
        sessions = [await stack.enter_async_context(db.read(ctx)) for _ in range(MOST)]
        assert len({await session.one(PID) for session in sessions}) == MOST


async def test_who_finds_all_busy_is_told_in_time(db: Database, ctx: Context) -> None:
    held = [await db.pool.acquire() for _ in range(MOST)]
    with pytest.raises(DatabaseUnavailable):
        await hurried(db, ctx)
    for connection in held:
        await db.pool.release(connection)
    assert await pid(db, ctx)


async def test_a_connection_that_ended_meanwhile_is_not_given_on(
    db: Database, ctx: Context, database: TestDatabase
) -> None:
    killed = await pid(db, ctx)
    owner = await asyncpg.connect(database.owner_url)
    try:
        await owner.execute("SELECT pg_terminate_backend($1, 5000)", killed)
    finally:
        await owner.close()
    found = set()
    for _ in range(SPARED + 1):
        try:
            found.add(await pid(db, ctx))
        except DatabaseUnavailable:  # its end may not have been heard of yet
            continue
    assert found
    assert killed not in found


async def test_after_a_cancelled_query_every_answer_is_of_its_own_question(
    db: Database, ctx: Context
) -> None:
    async def ask(number: int) -> int:
        async with db.read(ctx) as session:
            return await session.one(NUMBER, number=number, seconds=0.002 * (number % 3))

    loop = asyncio.get_running_loop()
    for turn in range(10):
        asked = {n: asyncio.create_task(ask(n)) for n in range(turn * 100, turn * 100 + 12)}
        for place, task in enumerate(asked.values()):
            if place % 2:
                loop.call_later(0.0004 * place, task.cancel)
        answers = await asyncio.gather(*asked.values(), return_exceptions=True)
        for number, answer in zip(asked, answers, strict=True):
            assert answer == number or isinstance(answer, asyncio.CancelledError), answer
    assert db.pool.get_size() <= MOST
