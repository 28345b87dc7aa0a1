"""Plans over 100,000 documents, as the runtime role under row level security."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.db.ddl import RUNTIME
from rustok.core.documents import Search, Sort
from rustok.index.asking import ask
from rustok.index.tables import DocumentTable, TenantFunction
from rustok.index.text import Alternatives
from rustok.testing.databases import TestDatabase
from tests.index.things import KIND

TABLE = DocumentTable(KIND)
OTHERS = 20_000  # documents of another tenant
COUNT = 100_000

FILL = """
    INSERT INTO index_things (
        tenant_id, projection_version, locale, id, aggregate_version, handle, status, sort_title,
        listed_at, created_at, updated_at, published_at, amount_min, amount_max, facets, search,
        body)
    SELECT CASE WHEN n <= $3 THEN $1::uuid ELSE $2::uuid END, 1, 'en',
        ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 'handle-' || n,
        'active', md5(n::text), at, at, at, at, price, price + 500,
        array_to_tsvector(ARRAY['=', 'available=true', 'vendor=v' || n % 20,
                                'category=c' || n % 50, 'category=rare' || n % 20000]),
        to_tsvector('english', 'every w' || n % 100 || ' w' || n % 1009 || ' rare' || n),
        '{}'
    FROM generate_series(1, $4::integer) AS n,
        LATERAL (SELECT '2026-01-01'::timestamptz + n * interval '1 minute' AS at,
                        n::bigint * 7919 % 10000 AS price) AS of_it
"""


class Plans:
    """Runs the index's functions and hears what PostgreSQL did in them."""

    def __init__(self, connection: asyncpg.Connection, tenant_id: UUID) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._heard: list[str] = []
        connection.add_log_listener(lambda _, message: self._heard.append(message.message))

    async def of(self, query: TenantFunction[Any], **params: Any) -> str:
        """Every plan of a call after the first, which compiles the function."""
        for _ in range(2):
            self._heard.clear()
            arguments = query.arguments(self._tenant_id, {**params, "staff": True})
            await self._connection.fetch(query.call, self._tenant_id, *arguments)
        return "\n".join(self._heard)

    async def of_search(self, search: Search) -> str:
        """Every plan of a search."""
        asked = ask(search)
        if asked.is_plain:
            return await self.of(TABLE.list, **asked.walk())
        alternatives: Alternatives | None = None
        if asked.words is not None:
            alternatives = [(word,) for word in asked.words]
        return await self.of(TABLE.search, known=None, **asked.walk(), **asked.narrow(alternatives))


@pytest.fixture
async def plans(database: TestDatabase, ctx: Context, other_ctx: Context) -> AsyncIterator[Plans]:
    connection = await asyncpg.connect(database.owner_url)
    found = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes "
        "WHERE tablename = 'index_things' AND indexname <> 'index_things_pkey'"
    )
    for name, _ in found:
        await connection.execute(f"DROP INDEX {name}")
    await connection.execute(FILL, ctx.tenant.id, other_ctx.tenant.id, COUNT, COUNT + OTHERS)
    for _, definition in found:
        await connection.execute(definition)
    await connection.execute("VACUUM ANALYZE index_things")
    await connection.execute(
        "LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; "
        "SET auto_explain.log_nested_statements = on; SET auto_explain.log_analyze = on; "
        "SET auto_explain.log_timing = off; SET client_min_messages = log"
    )
    await connection.execute(f"SET SESSION AUTHORIZATION {RUNTIME}")
    yield Plans(connection, ctx.tenant.id)
    await connection.close()


def scans(plan: str) -> set[str]:
    """What was read how: `Index Scan using index_things_newest`, `Seq Scan on index_things`."""
    return {
        part.split("->")[-1].strip()
        for line in plan.splitlines()
        if " on index_things" in line and "Scan" in line and "Function Scan" not in line
        for part in [line.split("  (")[0]]
    }


async def test_no_read_scans_the_table_and_a_list_reads_only_what_it_shows(plans: Plans) -> None:
    english = Search(locale="en")
    first = {"locale": "en"}
    found = {
        "handle": await plans.of(TABLE.by_handle, handle="handle-7", **first),
        "ids": await plans.of(TABLE.by_ids, ids=[UUID(int=7)], **first),
        "newest": await plans.of_search(english),
        "title": await plans.of_search(Search(locale="en", sort=Sort(field="title"))),
        "price": await plans.of_search(Search(locale="en", sort=Sort(field="price"))),
        "dearest": await plans.of_search(
            Search(locale="en", sort=Sort(field="price", descending=True))
        ),
        "updated": await plans.of_search(
            Search(locale="en", statuses=("active", "draft"), sort=Sort(field="updated"))
        ),
        "word": await plans.of_search(Search(locale="en", text="w7", total=True)),
        "words": await plans.of_search(
            Search(locale="en", text="w7 w900", count_facets=("vendor",))
        ),
        "rare facet": await plans.of_search(
            Search(locale="en", facets={"category": ("rare7",)}, count_facets=("vendor",))
        ),
        "facet": await plans.of_search(Search(locale="en", facets={"category": ("c7",)})),
    }
    walks = {
        "newest": "Index Scan Backward using index_things_newest on index_things d",
        "title": "Index Scan using index_things_title on index_things d",
        "price": "Index Scan using index_things_price on index_things d",
        "dearest": "Index Scan Backward using index_things_price_down on index_things d",
        "updated": "Index Scan Backward using index_things_updated on index_things d",
        "handle": "Index Scan using index_things_handle on index_things d",
        "ids": "Index Scan using index_things_pkey on index_things d",
    }
    for name, scan in walks.items():
        assert scans(found[name]) == {scan}, found[name]
    for name in ("word", "words", "rare facet"):
        assert "Bitmap Index Scan on index_things_search" in scans(found[name]), found[name]
    for name, plan in found.items():
        assert not any("Seq Scan" in scan for scan in scans(plan)), f"{name}\n{plan}"

    assert "rows=21.00 loops=1" in found["newest"]
    assert "Rows Removed by Filter" not in found["newest"]
