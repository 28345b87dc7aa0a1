"""A version that serves no more is deleted whole, while the live projection goes on."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.documents import DocumentIndex, Search
from rustok.core.host import Host
from rustok.index import purge
from rustok.index.rebuild import Rebuild
from rustok.testing.databases import TestDatabase
from tests.index.things import KIND, Thing, Things

LIMIT_SECONDS = 10.0
SWITCH = """
    WITH retired AS (UPDATE index_projections SET state = 'retired' WHERE state = 'active')
    INSERT INTO index_projections (kind, version, definition, state)
    VALUES ('things', 2, 1, 'building')
"""
SERVE = "UPDATE index_projections SET state = 'active' WHERE state = 'building'"
WAIT_FOR_TENANT = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
WAIT_FOR_ROW = "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted"


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute("SET row_security = off")
    yield connection
    await connection.close()


async def switch(owner: asyncpg.Connection) -> None:
    """As at the end of a rebuild that found nothing: version 1 is retired, an empty one serves."""
    await owner.execute(SWITCH)
    await owner.execute(SERVE)


async def versions(owner: asyncpg.Connection, table: str = "index_things") -> dict[int, int]:
    found = await owner.fetch(f"SELECT projection_version, count(*) FROM {table} GROUP BY 1")
    return dict(found)


async def until(owner: asyncpg.Connection, waiting: str) -> None:
    async with asyncio.timeout(LIMIT_SECONDS):
        while not await owner.fetchval(waiting):
            pass


@pytest.mark.parametrize("piece", [1, 2, 3, 100])
async def test_all_of_the_version_is_deleted_and_nothing_else(
    rebuild: Rebuild,
    things: Things,
    ctx: Context,
    other_ctx: Context,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    piece: int,
) -> None:
    monkeypatch.setattr(purge, "PIECE", piece)
    for each in (ctx, other_ctx):
        await things.add(each, *[Thing(title=f"velvet {n}") for n in range(7)])
    await switch(owner)
    kept = [await things.save(each, Thing(title="sofa")) for each in (ctx, other_ctx)]
    for each, id_ in zip((ctx, other_ctx), kept, strict=True):
        await things.project(each, id_)
    assert await rebuild.ensure()
    locales = len(ctx.tenant.locales) + len(other_ctx.tenant.locales)
    assert await versions(owner) == {2: locales}
    assert await versions(owner, "index_words") == {2: locales}
    states = await owner.fetch("SELECT version, state FROM index_projections")
    assert [tuple(row) for row in states] == [(2, "active")]
    assert not await rebuild.ensure()


async def test_who_still_writes_the_version_is_waited_for(
    host: Host, rebuild: Rebuild, things: Things, ctx: Context, owner: asyncpg.Connection
) -> None:
    """Else its documents would stay, and nothing would ever delete them."""
    assert host.worker is not None
    id_ = await things.save(ctx, Thing(title="late", locales=("en",)))
    async with host.worker.write(ctx) as session:
        await things.project_in(ctx, session, id_)
        await switch(owner)
        deleting = asyncio.create_task(rebuild.ensure())
        await until(owner, WAIT_FOR_TENANT)
        assert not deleting.done()
    async with asyncio.timeout(LIMIT_SECONDS):
        assert await deleting
    assert await versions(owner) == {}


async def test_the_live_projection_and_other_rebuilds_do_not_wait_for_a_purge(
    host: Host,
    rebuild: Rebuild,
    things: Things,
    documents: DocumentIndex,
    ctx: Context,
    owner: asyncpg.Connection,
) -> None:
    await things.add(ctx, Thing(title="old", locales=("en",)))
    await switch(owner)
    async with asyncio.timeout(LIMIT_SECONDS):
        async with owner.transaction():
            await owner.execute("SELECT FROM index_things FOR UPDATE")
            deleting = asyncio.create_task(rebuild.ensure())
            await until(owner, WAIT_FOR_ROW)
            await things.add(ctx, Thing(title="new", locales=("en",)))
            found = await documents.search(ctx, KIND, Search(locale="en", first=10))
            assert [document.body for document in found.page.items] == ['{"title":"new"}']
            assert await rebuild.ensure()
            assert not deleting.done()
        assert await deleting
    assert await versions(owner) == {2: 1}
