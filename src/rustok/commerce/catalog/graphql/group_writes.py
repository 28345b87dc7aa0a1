"""Mutations of categories, collections and locations."""

from typing import Any

from rustok.commerce.catalog.graphql.product_writes import deleted_payload, position
from rustok.commerce.catalog.graphql.registry import resolvers
from rustok.commerce.catalog.service import CategoryService, CollectionService, LocationService
from rustok.commerce.catalog.types import (
    CategoryCreate,
    CategoryMove,
    CategoryResult,
    CollectionCreate,
    CollectionMove,
    CollectionResult,
    CollectionUpdate,
    GroupUpdate,
    LocationCreate,
    LocationResult,
    LocationUpdate,
)
from rustok.core.graphql import Info, Payload, graph, mutation, read

Values = dict[str, Any]


def _category(result: CategoryResult) -> Payload:
    return {"category": result.category, "position": position(result.position)}


def _collection(result: CollectionResult) -> Payload:
    return {"collection": result.collection, "position": position(result.position)}


def _location(result: LocationResult) -> Payload:
    return {"location": result.location, "position": position(result.position)}


@resolvers.field("Mutation", "categoryCreate")
@mutation
async def category_create(_root: None, info: Info, *, input: Values) -> Payload:
    """Makes a category."""
    found = graph(info)
    given = read(CategoryCreate, input)
    return _category(await found.get(CategoryService).create(found.ctx, given))


@resolvers.field("Mutation", "categoryUpdate")
@mutation
async def category_update(
    _root: None, info: Info, *, id: str, input: Values, expected_version: int | None = None
) -> Payload:
    """Changes a category's texts."""
    found = graph(info)
    result = await found.get(CategoryService).update(
        found.ctx, id, read(GroupUpdate, input), expected_version=expected_version
    )
    return _category(result)


@resolvers.field("Mutation", "categoryMove")
@mutation
async def category_move(
    _root: None, info: Info, *, id: str, input: Values, expected_version: int | None = None
) -> Payload:
    """Puts a category elsewhere."""
    found = graph(info)
    result = await found.get(CategoryService).move(
        found.ctx, id, read(CategoryMove, input), expected_version=expected_version
    )
    return _category(result)


@resolvers.field("Mutation", "categoryDelete")
@mutation
async def category_delete(
    _root: None, info: Info, *, id: str, expected_version: int | None = None
) -> Payload:
    """Takes a category away."""
    found = graph(info)
    service = found.get(CategoryService)
    return deleted_payload(await service.delete(found.ctx, id, expected_version=expected_version))


@resolvers.field("Mutation", "collectionCreate")
@mutation
async def collection_create(_root: None, info: Info, *, input: Values) -> Payload:
    """Makes a collection."""
    found = graph(info)
    given = read(CollectionCreate, input)
    return _collection(await found.get(CollectionService).create(found.ctx, given))


@resolvers.field("Mutation", "collectionUpdate")
@mutation
async def collection_update(
    _root: None, info: Info, *, id: str, input: Values, expected_version: int | None = None
) -> Payload:
    """Changes a collection."""
    found = graph(info)
    result = await found.get(CollectionService).update(
        found.ctx, id, read(CollectionUpdate, input), expected_version=expected_version
    )
    return _collection(result)


@resolvers.field("Mutation", "collectionDelete")
@mutation
async def collection_delete(
    _root: None, info: Info, *, id: str, expected_version: int | None = None
) -> Payload:
    """Takes a collection away."""
    found = graph(info)
    service = found.get(CollectionService)
    return deleted_payload(await service.delete(found.ctx, id, expected_version=expected_version))


@resolvers.field("Mutation", "collectionAddProducts")
@mutation
async def collection_add_products(
    _root: None, info: Info, *, id: str, products: list[str], expected_version: int | None = None
) -> Payload:
    """Puts products into a collection."""
    found = graph(info)
    result = await found.get(CollectionService).add_products(
        found.ctx, id, products, expected_version=expected_version
    )
    return _collection(result)


@resolvers.field("Mutation", "collectionRemoveProducts")
@mutation
async def collection_remove_products(
    _root: None, info: Info, *, id: str, products: list[str], expected_version: int | None = None
) -> Payload:
    """Takes products out of a collection."""
    found = graph(info)
    result = await found.get(CollectionService).remove_products(
        found.ctx, id, products, expected_version=expected_version
    )
    return _collection(result)


@resolvers.field("Mutation", "collectionMoveProducts")
@mutation
async def collection_move_products(
    _root: None, info: Info, *, id: str, input: Values, expected_version: int | None = None
) -> Payload:
    """Puts products elsewhere in a collection's order."""
    found = graph(info)
    result = await found.get(CollectionService).move_products(
        found.ctx, id, read(CollectionMove, input), expected_version=expected_version
    )
    return _collection(result)


@resolvers.field("Mutation", "locationCreate")
@mutation
async def location_create(_root: None, info: Info, *, input: Values) -> Payload:
    """Makes a location."""
    found = graph(info)
    given = read(LocationCreate, input)
    return _location(await found.get(LocationService).create(found.ctx, given))


@resolvers.field("Mutation", "locationUpdate")
@mutation
async def location_update(
    _root: None, info: Info, *, id: str, input: Values, expected_version: int | None = None
) -> Payload:
    """Changes a location."""
    found = graph(info)
    result = await found.get(LocationService).update(
        found.ctx, id, read(LocationUpdate, input), expected_version=expected_version
    )
    return _location(result)


@resolvers.field("Mutation", "locationDelete")
@mutation
async def location_delete(_root: None, info: Info, *, id: str) -> Payload:
    """Takes a location away."""
    found = graph(info)
    return deleted_payload(await found.get(LocationService).delete(found.ctx, id))
