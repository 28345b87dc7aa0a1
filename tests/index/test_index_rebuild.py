"""A rebuild fills a new version beside the one that serves, and loses nothing on the way."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.db.sessions import ReadSession
from rustok.core.documents import Document, DocumentIndex, Search
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory
from rustok.index import walk
from rustok.index.rebuild import Rebuild
from rustok.testing.databases import TestDatabase
from tests.index.things import KIND, Thing, ThingProjection, Things

LIMIT_SECONDS = 10.0


def rebuild_with(host: Host, projection: ThingProjection) -> Rebuild:
    assert host.worker is not None
    return Rebuild(projection, host.worker, host.get(TenantDirectory))


async def bodies(documents: DocumentIndex, ctx: Context) -> list[str]:
    result = await documents.search(ctx, KIND, Search(locale="en", first=100))
    return sorted(document.body for document in result.page.items)


async def rows(database: TestDatabase) -> dict[int, int]:
    """How many documents each version has, seen past the fence."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        found = await connection.fetch(
            "SELECT projection_version, count(*) FROM index_things GROUP BY 1"
        )
        return dict(found)
    finally:
        await connection.close()


async def test_a_changed_definition_is_filled_from_the_present_state_and_then_served(
    host: Host,
    things: Things,
    documents: DocumentIndex,
    ctx: Context,
    other_ctx: Context,
    database: TestDatabase,
) -> None:
    await things.add(ctx, Thing(title="a"), Thing(title="b"))
    await things.save(ctx, Thing(title="never projected"))
    await things.add(other_ctx, Thing(title="c", locales=("en",)))
    rebuild = rebuild_with(host, ThingProjection(version=2, suffix=" v2"))
    assert await rebuild.ensure()
    assert await bodies(documents, ctx) == [
        '{"title":"a v2"}',
        '{"title":"b v2"}',
        '{"title":"never projected v2"}',
    ]
    assert await bodies(documents, other_ctx) == ['{"title":"c v2"}']
    assert await rows(database) == {2: 7}
    assert not await rebuild.ensure()


async def test_an_unchanged_definition_is_not_rebuilt_but_can_be_on_request(
    things: Things, rebuild: Rebuild, ctx: Context, documents: DocumentIndex
) -> None:
    await things.add(ctx, Thing(title="a"))
    assert await rebuild.ensure()
    assert not await rebuild.ensure()
    done: list[int] = []
    assert await rebuild.run(done.append) == 2
    assert done[-1] == 2
    assert await bodies(documents, ctx) == ['{"title":"a"}']


class PausingProjection(ThingProjection):
    """Stops between reading the state and writing it, as a slow rebuild may at any moment."""

    def __init__(self) -> None:
        super().__init__(version=2, suffix=" v2")
        self.has_read = asyncio.Event()
        self.may_write = asyncio.Event()

    async def load(
        self, ctx: Context, session: ReadSession, ids: Sequence[UUID]
    ) -> Sequence[Document]:
        loaded = await super().load(ctx, session, ids)
        self.has_read.set()
        await self.may_write.wait()
        return loaded


@pytest.mark.parametrize("change", ["update", "delete", "insert"])
async def test_what_is_written_while_a_batch_is_filled_is_not_lost(
    host: Host,
    things: Things,
    documents: DocumentIndex,
    ctx: Context,
    change: str,
) -> None:
    [id_] = await things.add(ctx, Thing(title="old"))
    projection = PausingProjection()
    async with asyncio.timeout(LIMIT_SECONDS):
        rebuilding = asyncio.create_task(rebuild_with(host, projection).run())
        await projection.has_read.wait()
        if change == "update":
            await things.save(ctx, Thing(title="new"), id_)
        elif change == "delete":
            await things.remove(ctx, id_)
        else:
            id_ = await things.save(ctx, Thing(title="new"), UUID(int=1))
        projecting = asyncio.create_task(things.project(ctx, id_))
        assert await bodies(documents, ctx) == ['{"title":"old"}']
        projection.may_write.set()
        await asyncio.gather(rebuilding, projecting)
    expected = {
        "update": ['{"title":"new"}'],
        "delete": [],
        "insert": ['{"title":"new"}', '{"title":"old v2"}'],
    }
    assert await bodies(documents, ctx) == expected[change]


async def test_a_rebuild_beside_many_writers_ends_as_the_state_is(
    host: Host, things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    ids = await things.add(ctx, *[Thing(title=f"t{n}") for n in range(30)])
    stop = asyncio.Event()

    async def write(own: Sequence[UUID]) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            id_ = own[turn % len(own)]
            if turn % 3:
                await things.save(ctx, Thing(title=f"t{turn}"), id_)
            else:
                await things.remove(ctx, id_)
            await things.project(ctx, id_)

    async with asyncio.timeout(60):
        writers = [asyncio.create_task(write(ids[n::4])) for n in range(4)]
        for _ in range(3):
            await rebuild_with(host, ThingProjection()).run()
        stop.set()
        await asyncio.gather(*writers)
    served = await bodies(documents, ctx)
    await rebuild_with(host, ThingProjection()).run()
    assert served == await bodies(documents, ctx)


class FailingProjection(ThingProjection):
    """Dies at its second batch."""

    def __init__(self) -> None:
        super().__init__(version=2, suffix=" v2")
        self.loads = 0

    async def load(
        self, ctx: Context, session: ReadSession, ids: Sequence[UUID]
    ) -> Sequence[Document]:
        self.loads += 1
        if self.loads == 2:
            raise RuntimeError("killed")
        return await super().load(ctx, session, ids)


async def test_a_killed_rebuild_goes_on_where_it_was(
    host: Host,
    things: Things,
    documents: DocumentIndex,
    ctx: Context,
    other_ctx: Context,
    database: TestDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(walk, "STEP_SECONDS", 0.0)
    for each in (ctx, other_ctx):
        await things.add(each, Thing(title="a", locales=("en",)))
    projection = FailingProjection()
    rebuild = rebuild_with(host, projection)
    with pytest.raises(RuntimeError, match="killed"):
        await rebuild.run()
    assert await bodies(documents, ctx) == ['{"title":"a"}']
    assert await rows(database) == {1: 2, 2: 1}
    assert await rebuild.ensure()
    assert projection.loads == 3
    assert await bodies(documents, ctx) == await bodies(documents, other_ctx)
    assert await rows(database) == {2: 2}


async def test_two_processes_that_rebuild_take_turns(
    host: Host, things: Things, documents: DocumentIndex, ctx: Context, database: TestDatabase
) -> None:
    await things.add(ctx, *[Thing(title=f"t{n}", locales=("en",)) for n in range(5)])
    new = ThingProjection(version=2)
    async with asyncio.timeout(LIMIT_SECONDS):
        await asyncio.gather(*[rebuild_with(host, new).ensure() for _ in range(3)])
    assert len(await bodies(documents, ctx)) == 5
    assert list((await rows(database)).values()) == [5]
