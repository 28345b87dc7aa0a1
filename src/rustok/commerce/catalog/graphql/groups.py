"""Resolvers that read categories, collections and locations."""

from collections.abc import Mapping, Sequence
from typing import Any

from rustok.commerce.catalog.graphql.connections import ProductPage
from rustok.commerce.catalog.graphql.products import one_key, product_page
from rustok.commerce.catalog.graphql.registry import resolvers
from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.types import CategoryView, CollectionView, LocationView
from rustok.commerce.errors import CategoryNotFound, CollectionNotFound
from rustok.core.graphql import Connection, Info, connection, graph


@resolvers.field("Query", "categories")
async def categories(_root: None, info: Info) -> Sequence[CategoryView]:
    """The roots of the category tree."""
    found = graph(info)
    return await found.get(CatalogQueries).category_tree(found.ctx)


@resolvers.field("Query", "category")
async def category(
    _root: None, info: Info, *, id: str | None = None, handle: str | None = None
) -> CategoryView | None:
    """The category with the id or handle."""
    found = graph(info)
    try:
        return await found.get(CatalogQueries).category(found.ctx, one_key(id, handle))
    except CategoryNotFound:
        return None


@resolvers.field("Query", "collections")
async def collections(
    _root: None, info: Info, *, first: int | None = 20, after: str | None = None
) -> Connection[CollectionView]:
    """A page of collections."""
    found = graph(info)
    page = await found.get(CatalogQueries).collections(found.ctx, first, after)
    return connection(page, after)


@resolvers.field("Query", "collection")
async def collection(
    _root: None, info: Info, *, id: str | None = None, handle: str | None = None
) -> CollectionView | None:
    """The collection with the id or handle."""
    found = graph(info)
    try:
        return await found.get(CatalogQueries).collection(found.ctx, one_key(id, handle))
    except CollectionNotFound:
        return None


@resolvers.field("Query", "locations")
async def locations(_root: None, info: Info) -> Sequence[LocationView]:
    """The places that hold stock."""
    found = graph(info)
    return await found.get(CatalogQueries).locations(found.ctx)


@resolvers.field("Category", "products")
async def category_products(
    item: CategoryView,
    info: Info,
    *,
    first: int | None = 20,
    after: str | None = None,
    filter: Mapping[str, Any] | None = None,
    sort: Mapping[str, Any] | None = None,
    query: str | None = None,
) -> ProductPage:
    """The products of the category and of those below it."""
    return await product_page(
        graph(info),
        first=first,
        after=after,
        wanted=filter or {},
        sort=sort,
        query=query,
        within={"category": item.id},
    )


@resolvers.field("Collection", "products")
async def collection_products(
    item: CollectionView,
    info: Info,
    *,
    first: int | None = 20,
    after: str | None = None,
    filter: Mapping[str, Any] | None = None,
    sort: Mapping[str, Any] | None = None,
    query: str | None = None,
) -> ProductPage:
    """The products of the collection."""
    return await product_page(
        graph(info),
        first=first,
        after=after,
        wanted=filter or {},
        sort=sort,
        query=query,
        within={"collection": item.id},
    )
