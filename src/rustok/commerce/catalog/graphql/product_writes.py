"""Mutations of products, variants, prices and stock."""

from typing import Any

from rustok.commerce.catalog.graphql.products import staff_loader
from rustok.commerce.catalog.graphql.registry import resolvers
from rustok.commerce.catalog.service import ProductService, StockService, VariantService
from rustok.commerce.catalog.types import (
    BulkResult,
    Deleted,
    ProductChange,
    ProductCreate,
    ProductResult,
    ProductUpdate,
    StockAdjustment,
    StockLevelSet,
    StockResult,
    VariantInput,
    VariantPrices,
)
from rustok.core.graphql import Info, Payload, graph, mutation, read, read_all

Values = dict[str, Any]


def position(value: int | None) -> str | None:
    """The log token as clients carry it."""
    return None if value is None else str(value)


def product_payload(info: Info, result: ProductResult) -> Payload:
    """A product as it is now, staff's part included."""
    staff_loader(graph(info)).prime(result.product.id, result.staff)
    return {"product": result.product, "position": position(result.position)}


def deleted_payload(deleted: Deleted) -> Payload:
    """What was deleted."""
    return {"deleted_id": deleted.id, "position": position(deleted.position)}


def _bulk(result: BulkResult) -> Payload:
    items = [
        {
            "index": item.index,
            "product": item.product,
            "user_errors": [
                {"code": e.code, "message": e.detail, "field": [str(part) for part in e.path]}
                for e in item.errors
            ],
        }
        for item in result.items
    ]
    return {"items": items, "position": position(result.position)}


def _stock(result: StockResult) -> Payload:
    return {"levels": result.levels, "position": position(result.position)}


@resolvers.field("Mutation", "productCreate")
@mutation
async def product_create(_root: None, info: Info, *, input: Values) -> Payload:
    """Makes a product."""
    found = graph(info)
    given = read(ProductCreate, input)
    return product_payload(info, await found.get(ProductService).create(found.ctx, given))


@resolvers.field("Mutation", "productUpdate")
@mutation
async def product_update(
    _root: None, info: Info, *, id: str, input: Values, expected_version: int | None = None
) -> Payload:
    """Changes a product."""
    found = graph(info)
    result = await found.get(ProductService).update(
        found.ctx, id, read(ProductUpdate, input), expected_version=expected_version
    )
    return product_payload(info, result)


@resolvers.field("Mutation", "productPublish")
@mutation
async def product_publish(
    _root: None, info: Info, *, id: str, expected_version: int | None = None
) -> Payload:
    """Shows a product to anyone."""
    found = graph(info)
    result = await found.get(ProductService).publish(
        found.ctx, id, expected_version=expected_version
    )
    return product_payload(info, result)


@resolvers.field("Mutation", "productUnpublish")
@mutation
async def product_unpublish(
    _root: None, info: Info, *, id: str, expected_version: int | None = None
) -> Payload:
    """Makes a product a draft again."""
    found = graph(info)
    result = await found.get(ProductService).unpublish(
        found.ctx, id, expected_version=expected_version
    )
    return product_payload(info, result)


@resolvers.field("Mutation", "productArchive")
@mutation
async def product_archive(
    _root: None, info: Info, *, id: str, expected_version: int | None = None
) -> Payload:
    """Puts a product away."""
    found = graph(info)
    result = await found.get(ProductService).archive(
        found.ctx, id, expected_version=expected_version
    )
    return product_payload(info, result)


@resolvers.field("Mutation", "productDelete")
@mutation
async def product_delete(
    _root: None, info: Info, *, id: str, expected_version: int | None = None
) -> Payload:
    """Takes a product away."""
    found = graph(info)
    service = found.get(ProductService)
    return deleted_payload(await service.delete(found.ctx, id, expected_version=expected_version))


@resolvers.field("Mutation", "productBulkCreate")
@mutation
async def product_bulk_create(_root: None, info: Info, *, input: list[Values]) -> Payload:
    """Makes many products."""
    found = graph(info)
    given = read_all(ProductCreate, input)
    return _bulk(await found.get(ProductService).create_many(found.ctx, given))


@resolvers.field("Mutation", "productBulkUpdate")
@mutation
async def product_bulk_update(_root: None, info: Info, *, input: list[Values]) -> Payload:
    """Changes many products."""
    found = graph(info)
    given = read_all(ProductChange, input)
    return _bulk(await found.get(ProductService).update_many(found.ctx, given))


@resolvers.field("Mutation", "variantCreate")
@mutation
async def variant_create(
    _root: None, info: Info, *, product: str, input: Values, expected_version: int | None = None
) -> Payload:
    """Adds a variant."""
    found = graph(info)
    result = await found.get(VariantService).create(
        found.ctx, product, read(VariantInput, input), expected_version=expected_version
    )
    return product_payload(info, result)


@resolvers.field("Mutation", "variantUpdate")
@mutation
async def variant_update(
    _root: None, info: Info, *, id: str, input: Values, expected_version: int | None = None
) -> Payload:
    """Changes a variant."""
    found = graph(info)
    result = await found.get(VariantService).update(
        found.ctx, id, read(VariantInput, input), expected_version=expected_version
    )
    return product_payload(info, result)


@resolvers.field("Mutation", "variantDelete")
@mutation
async def variant_delete(
    _root: None, info: Info, *, id: str, expected_version: int | None = None
) -> Payload:
    """Takes a variant away."""
    found = graph(info)
    result = await found.get(VariantService).delete(
        found.ctx, id, expected_version=expected_version
    )
    return product_payload(info, result)


@resolvers.field("Mutation", "pricesSet")
@mutation
async def prices_set(
    _root: None,
    info: Info,
    *,
    product: str,
    input: list[Values],
    expected_version: int | None = None,
) -> Payload:
    """Replaces prices."""
    found = graph(info)
    result = await found.get(VariantService).set_prices(
        found.ctx, product, read_all(VariantPrices, input), expected_version=expected_version
    )
    return product_payload(info, result)


@resolvers.field("Mutation", "stockSet")
@mutation
async def stock_set(_root: None, info: Info, *, input: list[Values]) -> Payload:
    """Sets stock."""
    found = graph(info)
    return _stock(await found.get(StockService).set(found.ctx, read_all(StockLevelSet, input)))


@resolvers.field("Mutation", "stockAdjust")
@mutation
async def stock_adjust(_root: None, info: Info, *, input: list[Values]) -> Payload:
    """Adjusts stock."""
    found = graph(info)
    given = read_all(StockAdjustment, input)
    return _stock(await found.get(StockService).adjust(found.ctx, given))
