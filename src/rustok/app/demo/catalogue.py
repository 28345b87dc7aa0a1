"""A demo shop's catalogue: what is missing of it is added, in one transaction."""

from collections.abc import Iterator, Sequence

from rustok.app.demo.content import DemoShop, Product
from rustok.app.demo.inputs import Inputs
from rustok.app.transaction import Transaction
from rustok.commerce.catalog.domain import MAX_BULK
from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.service import (
    CategoryService,
    CollectionService,
    LocationService,
    ProductService,
)
from rustok.commerce.catalog.types import BulkResult, CategoryView, LocationCreate
from rustok.core.context import Context
from rustok.core.errors import ValidationFailed
from rustok.core.host import Host


class CatalogueLoader:
    """Adds what a tenant lacks of a shop; what is there already, changed or not, is let be."""

    def __init__(self, host: Host, shop: DemoShop) -> None:
        self._host = host
        self._shop = shop
        self._inputs = Inputs(shop)
        self._queries = host.get(CatalogQueries)

    async def load(self, ctx: Context) -> None:
        """Everything or nothing; raises ValidationFailed where something cannot be added."""
        async with Transaction(self._host.db, ctx) as transaction:
            shared = transaction.ctx
            await self._locations(shared)
            await self._categories(shared)
            products = await self._products(shared)
            await self._collections(shared, products)
            await transaction.commit()

    async def _locations(self, ctx: Context) -> None:
        known = {place.code for place in await self._queries.locations(ctx)}
        variants = (variant for product in self._shop.products for variant in product.variants)
        for code in dict.fromkeys(code for variant in variants for code in variant.stock):
            if code not in known:
                given = LocationCreate(code=code, name=code.title())
                await self._host.get(LocationService).create(ctx, given)

    async def _categories(self, ctx: Context) -> None:
        known = {found.handle for found in _walk(await self._queries.category_tree(ctx))}
        for category, parent in self._shop.walk_categories():
            if category.handle not in known:
                given = self._inputs.category(category, parent.handle if parent else None)
                await self._host.get(CategoryService).create(ctx, given)

    async def _products(self, ctx: Context) -> dict[str, str]:
        """Ids of all products of the shop by their handles."""
        locale = self._shop.tenant.default_locale
        handles = [product.handle[locale] for product in self._shop.products]
        ids = await self._queries.product_ids(ctx, handles)
        missing = [product for product in self._shop.products if product.handle[locale] not in ids]
        for start in range(0, len(missing), MAX_BULK):
            ids |= await self._create(ctx, missing[start : start + MAX_BULK])
        return ids

    async def _create(self, ctx: Context, products: Sequence[Product]) -> dict[str, str]:
        service = self._host.get(ProductService)
        result = await service.create_many(ctx, [self._inputs.product(item) for item in products])
        _check(result)
        found = {}
        for product, item in zip(products, result.items, strict=True):
            assert item.product is not None
            found[product.handle[self._shop.tenant.default_locale]] = item.product.id
            if product.status == "archived":
                await service.archive(ctx, item.product.id)
        return found

    async def _collections(self, ctx: Context, products: dict[str, str]) -> None:
        page = await self._queries.collections(ctx, first=100)
        known = {collection.handle for collection in page.items}
        for collection in self._shop.collections:
            if collection.handle not in known:
                ids = tuple(products[handle] for handle in collection.products)
                given = self._inputs.collection(collection, ids)
                await self._host.get(CollectionService).create(ctx, given)


def _check(result: BulkResult) -> None:
    errors = [error for item in result.items for error in item.errors]
    if errors:
        raise ValidationFailed(errors[0].detail, errors=errors)


def _walk(categories: Sequence[CategoryView]) -> Iterator[CategoryView]:
    for category in categories:
        yield category
        yield from _walk(category.children)
