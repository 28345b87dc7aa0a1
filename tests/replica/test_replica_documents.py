"""The read model through a replica is the one that a rebuild on the primary makes."""

import asyncio
import random

import asyncpg

from rustok.commerce.catalog.service import CategoryService, ProductService
from rustok.commerce.catalog.types import CategoryCreate, GroupUpdate, ProductUpdate
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.index import service as index
from rustok.index.rebuild import Rebuild
from rustok.outbox import workers
from rustok.outbox.replica import Replica
from rustok.testing.databases import TestDatabase
from tests.commerce.goods import plain
from tests.replica.conftest import PATIENTLY, QUICKLY, WHILE_IT_LASTS, opened, working
from tests.replica.mirror import metric, reached
from tests.replica.standby import Standby

SERVED = """
    SELECT d.id, d.locale, d.aggregate_version, d.body
    FROM index_products d JOIN index_projections p
        ON p.kind = 'products' AND p.version = d.projection_version AND p.state = $1
    ORDER BY 1, 2
"""
BEHIND = """
    SELECT EXISTS (SELECT FROM sys_events WHERE position IS NULL) OR EXISTS (
        SELECT FROM sys_tenant_heads h JOIN sys_events e ON e.tenant_id = h.tenant_id
            AND e.position > coalesce((
                SELECT c.position FROM sys_cursors c
                WHERE c.tenant_id = h.tenant_id AND c.consumer = 'index.products'), 0)
            AND e.name = ANY ($1))
"""


class Shop:
    """Changes products and their category at random, from a seed."""

    def __init__(self, host: Host, ctx: Context, seed: int) -> None:
        self._products = host.get(ProductService)
        self._categories = host.get(CategoryService)
        self._ctx = ctx
        self._random = random.Random(seed)  # a scenario
        self._known: list[str] = []
        self._category = ""
        self.steps = 0

    async def step(self) -> None:
        """One change."""
        self.steps += 1
        if not self._category:
            made = await self._categories.create(self._ctx, CategoryCreate(title="First"))
            self._category = made.category.id
        choice = self._random.random()
        if choice < 0.4 or not self._known:
            given = plain(title=f"Thing {self.steps}", category=self._category)
            created = await self._products.create(self._ctx, given)
            self._known.append(created.product.id)
        elif choice < 0.6:
            place = self._random.randrange(len(self._known))
            await self._products.delete(self._ctx, self._known.pop(place))
        elif choice < 0.7:
            update = GroupUpdate(title=f"Category {self.steps}")
            await self._categories.update(self._ctx, self._category, update)
        else:
            renamed = ProductUpdate(title=f"Renamed {self.steps}")
            await self._products.update(self._ctx, self._random.choice(self._known), renamed)


async def settled(owner: asyncpg.Connection, host: Host) -> None:
    """Waits until the projection has passed all that concerns it."""
    (projection,) = [one for one in index.projections(host) if one.kind.name == "products"]
    async with asyncio.timeout(30):
        while await owner.fetchval(BEHIND, list(projection.events)):  # noqa: ASYNC110  # no event
            await asyncio.sleep(0.02)


def rebuild(host: Host) -> Rebuild:
    return index.rebuilds(host)["products"]


async def test_documents_are_those_of_a_rebuild_whatever_becomes_of_the_replica(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    another_standby: Standby,
) -> None:
    shop, stopping = Shop(host, ctx, seed=4), asyncio.Event()

    async def trade() -> None:
        while not stopping.is_set():
            await shop.step()

    async def more(count: int) -> None:
        wanted = shop.steps + count
        await reached(lambda: shop.steps >= wanted)

    url = another_standby.url(database.worker_url)
    async with working(database, url, environ=QUICKLY) as process, asyncio.TaskGroup() as group:
        group.create_task(trade())
        await reached(lambda: metric(process, "rustok_events_from_replica_total") >= 10)
        await another_standby.pause()
        await more(15)
        await reached(lambda: not process.get(Replica).is_usable)
        await another_standby.resume()
        await reached(lambda: process.get(Replica).is_usable)
        await more(15)
        await another_standby.kill()
        await more(15)
        await another_standby.start()
        await reached(lambda: process.get(Replica).is_usable)
        before = metric(process, "rustok_events_from_replica_total")
        await reached(lambda: metric(process, "rustok_events_from_replica_total") > before)
        stopping.set()
        await settled(owner, host)
        assert metric(process, "rustok_events_failed_total") == 0
    live = await owner.fetch(SERVED, "active")
    assert live
    await rebuild(host).run()
    assert await owner.fetch(SERVED, "active") == live


async def test_while_a_version_is_filled_lanes_are_read_from_the_primary(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    standby: Standby,
) -> None:
    """A rebuild writes what the primary shows: an older state must not come after it."""
    shop = Shop(host, ctx, seed=7)
    url = standby.url(database.worker_url)
    async with working(database, url, environ=PATIENTLY) as process:
        await shop.step()
        await settled(owner, host)
        seen = metric(process, "rustok_events_from_replica_total")
        assert seen > 0
        filling = rebuild(host)
        await filling._begin()
        for _ in range(3):
            await shop.step()
        await settled(owner, host)
        assert metric(process, "rustok_events_from_replica_total") == seen
        beside = await owner.fetch(SERVED, "building")
        assert {row["id"] for row in beside} <= {
            row["id"] for row in await owner.fetch(SERVED, "active")
        }
        await filling.run()
    async with working(database, url, environ=PATIENTLY) as process:
        await shop.step()
        await settled(owner, host)
        assert metric(process, "rustok_events_from_replica_total") > 0
    live = await owner.fetch(SERVED, "active")
    await rebuild(host).run()
    assert await owner.fetch(SERVED, "active") == live


async def test_a_product_that_is_gone_stays_gone(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    database: TestDatabase,
    standby: Standby,
) -> None:
    """The primary applies the first of two events after the product was deleted; the replica has
    the second event, and still the product."""
    products = host.get(ProductService)
    product = (await products.create(ctx, plain())).product.id
    async with working(database, None, follows=False):
        await settled(owner, host)
    assert await owner.fetch(SERVED, "active")
    for title in ("Second", "Third"):
        await products.update(ctx, product, ProductUpdate(title=title))
    await workers.sequencer(host).drain()
    await standby.pause()
    try:
        await products.delete(ctx, product)
        async with opened(database, None, {"RUSTOK_OUTBOX__CONSUME_BATCH": "1"}) as process:
            (consumer,) = [one for one in index.consumers(process) if "products" in one.name]
            await workers.runner(process, consumer).step()
        assert not await owner.fetch(SERVED, "active")
        url = standby.url(database.worker_url)
        async with working(database, url, environ=WHILE_IT_LASTS) as process:
            await settled(owner, host)
            assert metric(process, "rustok_events_from_replica_total") == 0
            assert metric(process, "rustok_events_consumed_total") > 1
        assert not await owner.fetch(SERVED, "active")
    finally:
        await standby.resume()
