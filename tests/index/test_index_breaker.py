"""Searching for texts is left alone when it keeps running into the time limit, and nothing else."""

import asyncio
from time import monotonic

import asyncpg
import msgspec
import pytest

from rustok.core.context import Context
from rustok.core.documents import DocumentIndex, Search
from rustok.core.errors import DatabaseUnavailable, DeadlineExceeded
from rustok.core.host import Host
from rustok.core.resilience import BreakerOpen, Breakers
from rustok.testing.databases import TestDatabase

TEXT = Search(locale="en", text="lamp")
LIST = Search(locale="en")


def soon(ctx: Context) -> Context:
    """With little time left."""
    return msgspec.structs.replace(ctx, deadline=asyncio.get_running_loop().time() + 0.05)


async def test_searches_that_take_too_long_are_refused_for_a_while_and_lists_are_not(
    documents: DocumentIndex, host: Host, ctx: Context, database: TestDatabase
) -> None:
    breaker = host.get(Breakers).named("search")
    owner = await asyncpg.connect(database.owner_url)
    try:
        async with owner.transaction():
            await owner.execute("LOCK TABLE index_things IN ACCESS EXCLUSIVE MODE")
            # a caller with little time says nothing about searching; PostgreSQL's own limit does
            for given in [soon(ctx)] * 6:
                with pytest.raises(DeadlineExceeded):
                    await documents.search(given, "things", TEXT)
            assert breaker.state == "closed"
            searches = [documents.search(ctx, "things", TEXT) for _ in range(5)]
            results = await asyncio.gather(*searches, return_exceptions=True)
            assert [type(result) for result in results] == [DeadlineExceeded] * 5
            with pytest.raises(BreakerOpen):
                await documents.search(ctx, "things", TEXT)
    finally:
        await owner.close()
    assert (await documents.search(ctx, "things", LIST)).page.items == ()
    with pytest.raises(BreakerOpen):
        await documents.search(ctx, "things", TEXT)
    breaker._timer = lambda: monotonic() + 31
    for _ in range(2):
        await documents.search(ctx, "things", TEXT)
    assert breaker.state == "closed"


async def test_a_database_that_was_gone_is_searched_as_soon_as_it_is_back(
    documents: DocumentIndex, ctx: Context, database: TestDatabase
) -> None:
    owner = await asyncpg.connect(database.owner_url)
    ending = await asyncpg.connect(database.owner_url)
    end_whoever_waits = """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    try:
        async with owner.transaction():
            await owner.execute("LOCK TABLE index_things IN ACCESS EXCLUSIVE MODE")
            for _ in range(6):
                searching = asyncio.create_task(documents.search(ctx, "things", TEXT))
                while not searching.done():
                    await ending.fetch(end_whoever_waits)
                    await asyncio.sleep(0.01)
                with pytest.raises(DatabaseUnavailable):
                    await searching
    finally:
        await owner.close()
        await ending.close()
    assert (await documents.search(ctx, "things", TEXT)).page.items == ()
