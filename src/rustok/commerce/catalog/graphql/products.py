"""Resolvers that read products."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

import msgspec

from rustok.commerce.catalog import searching
from rustok.commerce.catalog.graphql.connections import Facet, ProductPage
from rustok.commerce.catalog.graphql.registry import resolvers
from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.types import (
    PRODUCT_ID,
    PriceRange,
    ProductDocument,
    ProductStaff,
    decode_staff,
)
from rustok.commerce.errors import ProductNotFound
from rustok.core.documents import Search, Sort, StoredDocument
from rustok.core.errors import BadRequest
from rustok.core.graphql import Edge, GraphContext, Info, Loader, PageInfo, graph, stored

resolvers.bind("ProductConnection", ProductPage)

Filter = Mapping[str, Any]


class Alternate(msgspec.Struct, frozen=True):
    """The handle of the same thing in another language."""

    locale: str
    handle: str


@resolvers.field("Query", "products")
async def products(
    _root: None,
    info: Info,
    *,
    first: int | None = 20,
    after: str | None = None,
    filter: Filter | None = None,
    sort: Mapping[str, Any] | None = None,
    query: str | None = None,
) -> ProductPage:
    """A page of products."""
    return await product_page(
        graph(info), first=first, after=after, wanted=filter or {}, sort=sort, query=query
    )


async def product_page(
    found: GraphContext,
    *,
    first: int | None,
    after: str | None,
    wanted: Filter,
    sort: Mapping[str, Any] | None,
    query: str | None,
    within: Mapping[str, str] | None = None,
) -> ProductPage:
    """A page of products, within one category or collection where it is asked of one."""
    ctx = found.ctx
    facets = {**_facets(wanted), **{name: [key] for name, key in (within or {}).items()}}
    price = wanted.get("price") or {}
    ids = wanted.get("ids")
    search = Search(
        locale=ctx.locale,
        text=query,
        statuses=searching.statuses(wanted.get("status")),
        facets=await searching.resolved(ctx, found.get(CatalogQueries), facets),
        ids=None if ids is None else tuple(PRODUCT_ID.parse(key) for key in ids),
        amount_min=searching.amount(ctx, price.get("gte"), "filter", "price", "gte"),
        amount_max=searching.amount(ctx, price.get("lte"), "filter", "price", "lte"),
        available=wanted.get("available"),
        sort=None if sort is None else Sort(field=sort["field"], descending=sort["direction"]),
        first=20 if first is None else first,
        after=after,
    )
    return ProductPage(found, search, after)


def _facets(wanted: Filter) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    for field, name in (
        ("category", "category"),
        ("collection", "collection"),
        ("vendor", "vendor"),
        ("product_type", "type"),
        ("tag", "tag"),
    ):
        given = wanted.get(field)
        if given:
            values = [*(given.get("in") or ()), *([given["eq"]] if given.get("eq") else ())]
            found[name] = values or searching.NOTHING
    for option in wanted.get("options") or ():
        found[f"option.{option['name']}"] = option["in"] or searching.NOTHING
    return found


@resolvers.field("ProductConnection", "edges")
def edges(page: ProductPage, _info: Info) -> Awaitable[list[Edge[ProductDocument]]]:
    """The products with their cursors."""
    return page.edges()


@resolvers.field("ProductConnection", "nodes")
def nodes(page: ProductPage, _info: Info) -> Awaitable[list[ProductDocument]]:
    """The products."""
    return page.documents()


@resolvers.field("ProductConnection", "pageInfo")
def page_info(page: ProductPage, _info: Info) -> Awaitable[PageInfo]:
    """Where the page begins and ends."""
    return page.page_info()


@resolvers.field("ProductConnection", "totalCount")
def total_count(page: ProductPage, _info: Info) -> Awaitable[int]:
    """How many products were found in all."""
    page.want(total=True)
    return page.total()


@resolvers.field("ProductConnection", "facets")
def facets(page: ProductPage, _info: Info) -> Awaitable[list[Facet]]:
    """Values to filter by."""
    page.want(facets=True)
    return page.facets()


@resolvers.field("ProductConnection", "priceRange")
def price_range(page: ProductPage, _info: Info) -> Awaitable[PriceRange | None]:
    """The lowest and highest price found."""
    page.want(facets=True)
    return page.price_range()


@resolvers.field("ProductConnection", "correctedQuery")
async def corrected_query(page: ProductPage, _info: Info) -> str | None:
    """The text searched instead."""
    return (await page.result()).corrected


@resolvers.field("Query", "product")
async def product(
    _root: None, info: Info, *, id: str | None = None, handle: str | None = None
) -> ProductDocument | None:
    """The product with the id or handle, None where the caller sees none."""
    found = graph(info)
    try:
        document = await found.get(CatalogQueries).product(found.ctx, one_key(id, handle))
    except ProductNotFound:
        return None
    return shown(found, document)


def shown(found: GraphContext, document: StoredDocument) -> ProductDocument:
    """The product of a document that the caller may see; what staff see of it is kept at hand."""
    if document.staff is not None:
        staff_loader(found).prime(PRODUCT_ID.text(document.id), decode_staff(document.staff))
    return stored(ProductDocument, document.body)


def one_key(id: str | None, handle: str | None) -> str:
    """The one of both that was given; raises BadRequest."""
    if (id is None) == (handle is None):
        raise BadRequest("Give either an id or a handle.")
    return id or handle or ""


@resolvers.field("Product", "alternates")
@resolvers.field("Category", "alternates")
@resolvers.field("Collection", "alternates")
def alternates(item: Any, _info: Info) -> list[Alternate]:
    """Handles in the other languages."""
    return [Alternate(locale, handle) for locale, handle in item.alternates.items()]


@resolvers.field("Product", "staff")
async def staff(item: ProductDocument, info: Info) -> ProductStaff | None:
    """What only staff see."""
    return await staff_loader(graph(info)).load(item.id)


def staff_loader(found: GraphContext) -> Loader[str, ProductStaff | None]:
    """The request's loader of what staff see, by product id."""
    return found.loader(_make_staff_loader)


def _make_staff_loader(found: GraphContext) -> Loader[str, ProductStaff | None]:
    async def batch(ids: Sequence[str]) -> dict[str, ProductStaff | Exception | None]:
        documents = await found.get(CatalogQueries).products_by_ids(found.ctx, ids)
        return {
            PRODUCT_ID.text(item.id): None if item.staff is None else decode_staff(item.staff)
            for item in documents
        }

    return Loader(batch, missing=None)
