"""Connections go from one session to the next, and never with anything left under way."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.db.connections import SPARED
from rustok.core.db.pool import open_pool
from rustok.core.db.settings import DatabaseSettings
from rustok.core.errors import DatabaseUnavailable
from rustok.core.host import Host
from rustok.core.sql import Query
from rustok.testing.databases import TestDatabase

MOST = 4
PID = Query("SELECT pg_backend_pid()", int)
NUMBER = Query("SELECT :number::int FROM pg_sleep(:seconds)", int, number=int, seconds=float)


@pytest.fixture
async def db(host: Host, database: TestDatabase) -> AsyncIterator[Database]:
    """A database of few connections."""
    settings = DatabaseSettings(pool_max=MOST, request_timeout_seconds=0.5)
    pool = await open_pool(database.runtime_url, settings, name="connections")
    yield Database(pool, lambda: pytest.fail("nothing is written"), host.ids, settings)
    await asyncio.wait_for(pool.close(), timeout=2)  # what is kept must not keep it open


async def pid(db: Database, ctx: Context) -> int:
    async with db.read(ctx) as session:
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
        async with asyncio.timeout(5):
            for _ in range(20):
                assert await db.pool.fetchval("SELECT 1") == 1
    finally:
        is_over.set()
        await asyncio.gather(*readers)


async def test_all_of_them_may_be_had_from_the_pool_soon_after(db: Database, ctx: Context) -> None:
    await asyncio.gather(*(pid(db, ctx) for _ in range(MOST)))
    async with asyncio.timeout(2):
        held = [await db.pool.acquire() for _ in range(MOST)]
    for connection in held:
        await db.pool.release(connection)


async def test_who_finds_all_busy_is_told_in_time(db: Database, ctx: Context) -> None:
    held = [await db.pool.acquire() for _ in range(MOST)]
    with pytest.raises(DatabaseUnavailable):
        await pid(db, ctx)
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
