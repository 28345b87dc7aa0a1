"""Who writes documents has a lock of the tenant, and reads no more than it writes."""

import asyncio

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.host import Host
from rustok.index.tables import DocumentTable
from rustok.index.writer import DocumentWriter
from rustok.testing.databases import TestDatabase
from tests.index.things import KIND, Thing, ThingProjection, Things

WAITS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


async def waits(owner: asyncpg.Connection) -> None:
    async with asyncio.timeout(10):
        while True:
            if await owner.fetchval(WAITS):
                return


async def test_a_version_that_ends_while_the_lock_is_waited_for_is_not_written_to(
    host: Host, ctx: Context, database: TestDatabase
) -> None:
    assert host.worker is not None
    worker, writer = host.worker, DocumentWriter(ThingProjection())

    async def locked() -> list[int]:
        async with worker.write(ctx) as session:
            return await writer.lock(session)

    owner = await asyncpg.connect(database.owner_url)
    try:
        async with worker.write(ctx) as session:
            assert await writer.lock(session) == [1]
            second = asyncio.create_task(locked())
            await waits(owner)
            await owner.execute(
                "UPDATE index_projections SET state = 'retired' WHERE kind = $1", KIND
            )
            await owner.execute(
                "INSERT INTO index_projections (kind, version, definition, state) "
                "VALUES ($1, 2, 1, 'active')",
                KIND,
            )
        assert await second == [2]
    finally:
        await owner.close()


async def test_tenants_do_not_wait_for_each_other(
    host: Host, ctx: Context, other_ctx: Context
) -> None:
    assert host.worker is not None
    writer = DocumentWriter(ThingProjection())
    async with asyncio.timeout(10), host.worker.write(ctx) as ours:
        assert await writer.lock(ours) == [1]
        async with host.worker.write(other_ctx) as theirs:
            assert await writer.lock(theirs) == [1]


async def test_only_words_that_may_be_misspelt_are_learnt(
    things: Things, ctx: Context, database: TestDatabase
) -> None:
    given = Thing(title="Oak lamp 4000k", keywords=("sku-10293", "ab"), locales=("en",))
    await things.add(ctx, given)
    owner = await asyncpg.connect(database.owner_url)
    try:
        await owner.execute("SET row_security = off")
        words = await owner.fetch("SELECT word FROM index_words ORDER BY word")
    finally:
        await owner.close()
    assert [word for (word,) in words] == ["lamp", "oak", "sku"]


@pytest.mark.parametrize("name", ["put", "fill"])
async def test_what_is_left_to_do_is_found_without_reading_all_the_tenants_documents(
    database: TestDatabase, ctx: Context, name: str
) -> None:
    """Also by a plan that was made when the tables were empty and never looked at."""
    statement = getattr(DocumentTable(KIND), name)
    worker = await asyncpg.connect(database.worker_url)
    try:
        async with worker.transaction():
            await worker.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            await worker.execute(
                "SELECT set_config('rustok.tenant_id', $1, true)", str(ctx.tenant.id)
            )
            await worker.execute(f"PREPARE put AS {statement.sql}")
            nothing = ", ".join("NULL" for _ in set(statement.names))
            lines = await worker.fetch(f"EXPLAIN EXECUTE put ({nothing})")
    finally:
        await worker.close()
    conditions = [text for (text,) in lines if "Index Cond" in text]
    assert len(conditions) == 2
    assert any("(id >= wanted.wanted)" in text for text in conditions)
    assert any("(word = given.word)" in text for text in conditions)
