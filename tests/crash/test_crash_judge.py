"""The judge finds nothing where nothing is wrong, and each verdict where it was made to be."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest

from rustok.app.workers import all_workers
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import (
    PriceInput,
    ProductCreate,
    ProductUpdate,
    StockInput,
    VariantInput,
)
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.index.service import rebuilds
from rustok.testing.databases import TestDatabase
from tools.crash.client import mark
from tools.crash.history import FIRST_PRICE, FIRST_STOCK
from tools.crash.judge import Judge
from tools.crash.ledger import Entry, Kind

RUN = "tested"
UNFENCED = "SET session_replication_role = replica"


class Courtroom:
    """A database with a product of each of two tenants, a ledger that is true, and the judge."""

    def __init__(self, host: Host, owner: asyncpg.Connection, tenants: list[Context]) -> None:
        self.owner = owner
        self.entries: list[Entry] = []
        self._host = host
        self._tenants = tenants
        every = rebuilds(host)

        async def rebuild(kind: str) -> None:
            await every[kind].run()

        by_slug = {ctx.tenant.slug: ctx.tenant for ctx in tenants}
        self._judge = Judge(owner, by_slug, rebuild, settle_seconds=0)

    async def fill(self) -> None:
        """Each tenant makes a product and renames it, as the ledger says."""
        service = self._host.get(ProductService)
        for ctx in self._tenants:
            word = mark(ctx.tenant.slug)
            op = f"{RUN}-{ctx.tenant.slug}"
            variant = VariantInput(
                sku=op,
                prices=(PriceInput(minor=FIRST_PRICE),),
                stock=(StockInput(quantity=FIRST_STOCK),),
            )
            given = ProductCreate(title=f"{word} old", variants=(variant,))
            made = await service.create(_as(ctx, f"{op}-1"), given)
            key = str(made.product.id)
            self._wrote(ctx, f"{op}-1", "create", key, f"{word} old")
            changed = ProductUpdate(title=f"{word} new")
            await service.update(_as(ctx, f"{op}-2"), key, changed)
            self._wrote(ctx, f"{op}-2", "update", key, f"{word} new")
        await all_workers(self._host).settle()

    async def verdicts(self) -> set[str]:
        """What the judge finds, each verdict once."""
        return {found.verdict for found in await self._judge.judge(self.entries, RUN)}

    async def tamper(self, query: str, *arguments: Any) -> None:
        """Changes the database behind the platform's back, without its checks."""
        async with self.owner.transaction():
            await self.owner.execute(UNFENCED)
            done = await self.owner.execute(query, *arguments)
            await self.owner.execute("SET session_replication_role = DEFAULT")
        assert not done.endswith(" 0"), "nothing was tampered with"

    def _wrote(self, ctx: Context, op: str, kind: Kind, product: str, value: str) -> None:
        slug = ctx.tenant.slug
        about: dict[str, Any] = {
            "op": op,
            "tenant": slug,
            "kind": kind,
            "product": product,
            "value": value,
        }
        self.entries += [Entry(step="attempt", **about), Entry(step="done", **about)]


def _as(ctx: Context, request: str) -> Context:
    return msgspec.structs.replace(ctx, request_id=request)


@pytest.fixture
async def court(
    database: TestDatabase, host: Host, ctx: Context, other_ctx: Context
) -> AsyncIterator[Courtroom]:
    owner = await asyncpg.connect(database.owner_url)
    found = Courtroom(host, owner, [ctx, other_ctx])
    await found.fill()
    yield found
    await owner.close()


COPY_OF_EVENT = """
    INSERT INTO sys_events (tenant_id, id, position, name, schema_version, aggregate, aggregate_id,
                            aggregate_version, payload, occurred_at, correlation_id)
    SELECT tenant_id, gen_random_uuid(), (SELECT max(position) + 1 FROM sys_events), name,
           schema_version, aggregate, aggregate_id, aggregate_version, payload, occurred_at,
           correlation_id
    FROM sys_events WHERE name = 'product.updated' LIMIT 1
"""
COPY_OF_EFFECT = """
    INSERT INTO crash_effects (tenant_id, consumer, event_id, name, aggregate_id, aggregate_version,
                               position, occurred_at)
    SELECT tenant_id, consumer, event_id, name, aggregate_id, aggregate_version, position,
           occurred_at FROM crash_effects LIMIT 1
"""
TAMPERED = {
    "a write's event is gone": ("LOST", "DELETE FROM sys_events WHERE name = 'product.updated'"),
    "a product is gone": ("LOST", "DELETE FROM commerce_products"),
    "an older title is back": (
        "LOST",
        "UPDATE commerce_product_translations SET title = replace(title, 'new', 'old')",
    ),
    "a write took effect twice": ("DUP", COPY_OF_EVENT),
    "a position was given twice": ("DUP", "UPDATE sys_events SET position = 1 WHERE position = 2"),
    "a consumer applied an event twice": ("DUP", COPY_OF_EFFECT),
    "an event has no position": (
        "STUCK",
        "UPDATE sys_events SET position = NULL WHERE name = 'product.updated'",
    ),
    "a consumer left an event out": (
        "STUCK",
        "DELETE FROM crash_effects WHERE name = 'product.updated'",
    ),
    "a document is old": ("STUCK", "UPDATE index_products SET aggregate_version = 1"),
    "a document of nothing": ("STUCK", "UPDATE commerce_products SET deleted_at = now()"),
    "a document says what is not so": (
        "WRONG",
        "UPDATE index_products SET body = replace(body, 'new', 'odd')",
    ),
    "a document hides what is so": ("WRONG", "UPDATE index_products SET staff = '{}'"),
    "a document is found by another word": (
        "WRONG",
        "UPDATE index_products SET search = to_tsvector('simple', 'other')",
    ),
    "a consumer applied events in another order": (
        "WRONG",
        "UPDATE crash_effects SET position = 1000 - position",
    ),
    "the log is out of order": (
        "WRONG",
        "UPDATE sys_events SET aggregate_version = 10 - aggregate_version",
    ),
    "stock was changed by nobody": ("WRONG", "UPDATE commerce_stock_levels SET quantity = 7"),
    "a row holds what is another tenant's": (
        "LEAK",
        "UPDATE commerce_product_translations SET subtitle = 'zqacmezq zqotherzq'",
    ),
    "an effect is another tenant's": (
        "LEAK",
        "UPDATE crash_effects SET tenant_id = (SELECT id FROM tenants WHERE slug = 'other')",
    ),
}


async def test_nothing_is_found_where_nothing_is_wrong(court: Courtroom) -> None:
    assert await court.verdicts() == set()


@pytest.mark.parametrize("wrong", TAMPERED)
async def test_what_was_tampered_with_is_found(court: Courtroom, wrong: str) -> None:
    verdict, query = TAMPERED[wrong]
    await court.tamper(query)

    assert verdict in await court.verdicts()


async def test_an_acknowledged_write_without_a_trace_is_lost(court: Courtroom) -> None:
    about: dict[str, Any] = {
        "op": f"{RUN}-gone",
        "tenant": "acme",
        "kind": "update",
        "value": "zqacmezq gone",
    }
    court.entries += [Entry(step="attempt", **about), Entry(step="done", **about)]

    assert await court.verdicts() == {"LOST"}


async def test_a_refused_write_that_took_effect_is_wrong(court: Courtroom) -> None:
    court.entries = [
        msgspec.structs.replace(entry, step="refused")
        if entry.kind == "update" and entry.step == "done"
        else entry
        for entry in court.entries
    ]

    assert await court.verdicts() == {"WRONG"}


async def test_an_answer_with_another_tenants_word_is_a_leak(court: Courtroom) -> None:
    court.entries.append(Entry(op="look", step="leak", tenant="acme", detail="zqotherzq"))

    assert await court.verdicts() == {"LEAK"}
