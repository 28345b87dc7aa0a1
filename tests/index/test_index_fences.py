"""No tenant finds, counts or is corrected by what another one has."""

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.documents import DocumentIndex, Search
from rustok.testing.databases import TestDatabase
from tests.index.things import KIND, Thing, Things

SECRET = Thing(title="Zirconium vault", handle="vault", facets=("color=secret",), locales=("en",))


async def test_another_tenants_documents_are_not_there(
    things: Things, documents: DocumentIndex, ctx: Context, other_ctx: Context
) -> None:
    [id_] = await things.add(other_ctx, SECRET)
    await things.add(ctx, Thing(title="Lamp", handle="lamp"))
    assert await documents.by_handle(ctx, KIND, "vault", "en") is None
    assert await documents.by_ids(ctx, KIND, [id_], "en") == []
    for search in (
        Search(locale="en", text="zirconium", total=True, count_facets=("color",)),
        Search(locale="en", text="zirkonium"),
        Search(locale="en", ids=(id_,), total=True),
        Search(locale="en", facets={"color": ("secret",)}, count_facets=("color",), total=True),
    ):
        result = await documents.search(ctx, KIND, search)
        assert not result.page.items
        assert not result.page.total
        assert result.corrected is None
        assert not any(result.facets.values())
    mine = await documents.search(ctx, KIND, Search(locale="en", count_facets=("color",)))
    assert [document.handle for document in mine.page.items] == ["lamp"]
    assert mine.facets["color"] == ()
    theirs = await documents.search(other_ctx, KIND, Search(locale="en", text="zirkonium"))
    assert [document.handle for document in theirs.page.items] == ["vault"]


FIND = """
    SELECT ids FROM index_things_find('en', '{active}', 'english', NULL, NULL, '{}', '{}', NULL,
        NULL, NULL, NULL, 'newest', 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 10, NULL,
        true, NULL, false)
"""


async def test_the_definers_functions_know_no_tenant_but_the_transactions(
    things: Things, ctx: Context, other_ctx: Context, database: TestDatabase
) -> None:
    [mine] = await things.add(ctx, Thing(title="Lamp"))
    await things.add(other_ctx, SECRET)
    connection = await asyncpg.connect(database.runtime_url)
    near = "SELECT * FROM index_words_near('things', 'en', '{lamp,zirconi}')"
    try:
        assert await connection.fetch(FIND) == []
        assert await connection.fetch(near) == []
        async with connection.transaction():
            await connection.execute(
                "SELECT set_config('rustok.tenant_id', $1, true)", str(ctx.tenant.id)
            )
            assert await connection.fetchval(FIND) == [mine]
            assert [word for (word,) in await connection.fetch(near)] == ["lamp"]
        assert await connection.fetch(FIND) == []
        takes_tenant = await connection.fetch(
            "SELECT proname FROM pg_proc WHERE prosecdef AND proname LIKE 'index_%' "
            "AND 'tenant' = ANY (proargnames[: pronargs])"
        )
        assert takes_tenant == []
    finally:
        await connection.close()


FORBIDDEN = (
    "DELETE FROM index_things",
    "UPDATE index_things SET status = 'x'",
    "INSERT INTO index_revisions VALUES (gen_random_uuid(), 'things', 1)",
    "UPDATE index_projections SET state = 'retired'",
    "TRUNCATE index_words",
    "SET ROLE rustok_definer",
)


async def test_the_runtime_role_only_reads_the_read_model(database: TestDatabase) -> None:
    connection = await asyncpg.connect(database.runtime_url)
    try:
        for statement in FORBIDDEN:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()
