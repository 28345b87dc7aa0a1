"""A version is filled by several transactions side by side, which no live projection is among."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.db.sessions import ReadSession
from rustok.core.documents import Document, DocumentIndex, Search
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory
from rustok.index import writer
from rustok.index.filling import Filling
from rustok.index.hands import HANDS
from rustok.index.rebuild import Rebuild
from rustok.index.repository import FillingRow
from rustok.index.walk import Walk
from rustok.index.writer import DocumentWriter
from rustok.testing.databases import TestDatabase
from tests.index.things import KIND, Thing, ThingProjection, Things

LIMIT_SECONDS = 10.0
WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture(autouse=True)
def batches_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few things are enough for every hand."""
    monkeypatch.setattr(writer, "AT_ONCE", 2)


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute("SET row_security = off")
    yield connection
    await connection.close()


def rebuild_with(host: Host, projection: ThingProjection) -> Rebuild:
    assert host.worker is not None
    return Rebuild(projection, host.worker, host.get(TenantDirectory))


async def titles(documents: DocumentIndex, ctx: Context, text: str | None = None) -> list[str]:
    found = await documents.search(ctx, KIND, Search(locale="en", text=text, first=100))
    return sorted(document.body for document in found.page.items)


class Together(ThingProjection):
    """Reads on only once every hand has come to read."""

    def __init__(self) -> None:
        super().__init__(version=2)
        self.all_here = asyncio.Barrier(HANDS)
        self.reads = 0

    async def load(
        self, ctx: Context, session: ReadSession, ids: Sequence[UUID]
    ) -> Sequence[Document]:
        self.reads += 1
        if self.reads <= HANDS:
            await self.all_here.wait()
        return await super().load(ctx, session, ids)


async def test_hands_fill_side_by_side(
    host: Host, things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    added = [Thing(title=f"thing {n:02}", locales=("en",)) for n in range(2 * HANDS)]
    await things.add(ctx, *added)
    async with asyncio.timeout(LIMIT_SECONDS):
        assert await rebuild_with(host, Together()).run() == 2 * HANDS
    assert len(await titles(documents, ctx)) == 2 * HANDS


async def test_a_live_projection_waits_for_hands_and_none_of_them_for_another(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    assert host.worker is not None
    worker, documents = host.worker, DocumentWriter(ThingProjection())

    async def project() -> list[int]:
        async with worker.write(ctx) as session:
            return await documents.lock(session)

    async with asyncio.timeout(LIMIT_SECONDS):
        async with worker.write(ctx) as first, worker.write(ctx) as second:
            assert await documents.share(first) == await documents.share(second) == [1]
            projecting = asyncio.create_task(project())
            while not await owner.fetchval(WAITS):
                assert not projecting.done()
        assert await projecting == [1]


async def test_words_that_hands_meet_at_once_are_learnt_once(
    host: Host, things: Things, documents: DocumentIndex, ctx: Context, owner: asyncpg.Connection
) -> None:
    for n in range(4 * HANDS):
        await things.save(ctx, Thing(title=f"Velvet sofa {n}", locales=("en",)))
    async with asyncio.timeout(LIMIT_SECONDS):
        await rebuild_with(host, Together()).run()
    words = await owner.fetch("SELECT word FROM index_words ORDER BY word")
    assert [word for (word,) in words] == ["sofa", "velvet"]
    assert len(await titles(documents, ctx, "velvt")) == 4 * HANDS


async def test_a_fill_changes_nothing_that_is_served(
    host: Host, things: Things, ctx: Context, owner: asyncpg.Connection
) -> None:
    """What was derived from documents is good until the switch, so nobody is told before."""
    await things.add(ctx, Thing(title="lamp", locales=("en",)))
    revision = "SELECT revision FROM index_revisions"
    told: list[str] = []
    await owner.add_listener("rustok_documents", lambda *heard: told.append(heard[-1]))
    before = await owner.fetchval(revision)
    await rebuild_with(host, ThingProjection(version=2)).run()
    assert await owner.fetchval(revision) == before
    assert told == [""]


class Failing(ThingProjection):
    """Fails at its third read, when other hands are at work."""

    def __init__(self) -> None:
        super().__init__(version=2)
        self.reads = 0
        self.under_way = 0

    async def load(
        self, ctx: Context, session: ReadSession, ids: Sequence[UUID]
    ) -> Sequence[Document]:
        self.reads += 1
        if self.reads == 3:
            raise RuntimeError("killed")
        self.under_way += 1
        try:
            return await super().load(ctx, session, ids)
        finally:
            self.under_way -= 1


async def test_a_hand_that_fails_ends_the_others_and_the_next_rebuild_fills_it_all(
    host: Host, things: Things, documents: DocumentIndex, ctx: Context, owner: asyncpg.Connection
) -> None:
    added = [Thing(title=f"thing {n:02}", locales=("en",)) for n in range(3 * HANDS)]
    ids = await things.add(ctx, *added)
    projection = Failing()
    rebuild = rebuild_with(host, projection)
    with pytest.raises(RuntimeError, match="killed"):
        await rebuild.run()
    assert projection.under_way == 0
    filled_to = "SELECT filled_to FROM index_projections WHERE state = 'building'"
    assert await owner.fetchval(filled_to) is None
    await things.remove(ctx, ids[0])
    await things.project(ctx, ids[0])
    assert await rebuild.ensure()
    assert len(await titles(documents, ctx)) == 3 * HANDS - 1
    versions = await owner.fetch("SELECT DISTINCT projection_version FROM index_things")
    assert [version for (version,) in versions] == [2]


async def test_a_version_that_is_gone_is_not_written_to(
    host: Host, things: Things, ctx: Context, owner: asyncpg.Connection
) -> None:
    """Else documents would stay that nothing ever deletes."""
    assert host.worker is not None
    await things.add(ctx, Thing(title="lamp", locales=("en",)))
    projection, tenants = ThingProjection(), host.get(TenantDirectory)
    gone = FillingRow(7, projection.version, "building", None, None)
    async with host.worker.write(ctx) as session:
        walk = Walk(session, projection, tenants, gone)
        filling = Filling(DocumentWriter(projection), host.worker, gone.version, walk)
        await filling.run()
    assert walk.ended
    assert filling.count == 0
    assert await owner.fetchval("SELECT count(*) FROM index_things") == 1


async def test_hands_beside_writers_end_as_the_state_is(
    host: Host, things: Things, documents: DocumentIndex, ctx: Context
) -> None:
    ids = await things.add(ctx, *[Thing(title=f"t{n}", locales=("en",)) for n in range(40)])
    stop = asyncio.Event()

    async def write(own: Sequence[UUID]) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            id_ = own[turn % len(own)]
            if turn % 3:
                await things.save(ctx, Thing(title=f"t{turn}", locales=("en",)), id_)
            else:
                await things.remove(ctx, id_)
            await things.project(ctx, id_)

    async with asyncio.timeout(60):
        writers = [asyncio.create_task(write(ids[n::3])) for n in range(3)]
        for _ in range(4):
            await rebuild_with(host, ThingProjection()).run()
        stop.set()
        await asyncio.gather(*writers)
    served = await titles(documents, ctx)
    await rebuild_with(host, ThingProjection()).run()
    assert served
    assert served == await titles(documents, ctx)
