"""The catalogue's services on a real database, and what the log holds of what they did."""

from collections.abc import Awaitable, Callable

import asyncpg
import msgspec
import pytest

from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.service import (
    CategoryService,
    CollectionService,
    LocationService,
    ProductService,
    StockService,
    VariantService,
)
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.index.service import consumers
from rustok.outbox.settling import drain
from rustok.outbox.workers import runner, sequencer
from rustok.testing.databases import TestDatabase


class Logged(msgspec.Struct, frozen=True):
    """An event as the log keeps it."""

    name: str
    version: int
    payload: dict[str, object]


Log = Callable[[], Awaitable[list[Logged]]]
Settle = Callable[[], Awaitable[None]]


class Catalogue(msgspec.Struct, frozen=True):
    """Every service of the catalogue, and the context that most tests use them with."""

    ctx: Context
    products: ProductService
    variants: VariantService
    stock: StockService
    locations: LocationService
    categories: CategoryService
    collections: CollectionService
    queries: CatalogQueries


@pytest.fixture
def shop(host: Host, ctx: Context) -> Catalogue:
    return Catalogue(
        ctx,
        host.get(ProductService),
        host.get(VariantService),
        host.get(StockService),
        host.get(LocationService),
        host.get(CategoryService),
        host.get(CollectionService),
        host.get(CatalogQueries),
    )


@pytest.fixture
def log(database: TestDatabase) -> Log:
    """Reads what the log holds of the catalogue, oldest first."""

    async def read() -> list[Logged]:
        connection = await asyncpg.connect(database.owner_url)
        try:
            found = await connection.fetch(
                "SELECT name, aggregate_version, payload FROM sys_events "
                "WHERE aggregate <> 'tenant' ORDER BY id"
            )
        finally:
            await connection.close()
        return [Logged(row[0], row[1], msgspec.json.decode(row[2])) for row in found]

    return read


@pytest.fixture
def settle(host: Host) -> Settle:
    """Lets the log and the index catch up with all that is committed."""

    async def catch_up() -> None:
        await drain(sequencer(host), [runner(host, consumer) for consumer in consumers(host)])

    return catch_up
