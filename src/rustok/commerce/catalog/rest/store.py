"""What anyone may read of the catalogue: answered from stored documents, with entity tags."""

from hashlib import sha256
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter

from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.rest import listing
from rustok.commerce.catalog.rest.bodies import CategoryList, CollectionList, PageBody, ProductList
from rustok.commerce.catalog.rest.listing import Listing
from rustok.commerce.catalog.types import CategoryView, CollectionView, ProductDocument
from rustok.core.http import PUBLIC, Ctx, FromPath, Service

IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match", required=False)]
CACHE = "public, max-age=0, must-revalidate"
VARY = "Accept-Language, X-Tenant-ID, Authorization"


def tagged(content: bytes, if_none_match: str | None) -> Response[bytes]:
    """The content with its entity tag, or 304 where the caller has it."""
    tag = f'W/"{sha256(content).hexdigest()[:24]}"'  # in hardware, of all hashes the fastest here
    if if_none_match is not None and tag in if_none_match:
        return Response(
            b"", status_code=304, headers={"etag": tag, "cache-control": CACHE, "vary": VARY}
        )
    return listing.json(content, etag=tag, cache_control=CACHE, vary=VARY)


@get(
    "/api/v1/store/products",
    opt=PUBLIC,
    tags=["store"],
    responses={200: ResponseSpec(ProductList, generate_examples=False)},
)
async def products(
    ctx: Ctx,
    catalog_queries: Service[CatalogQueries],
    limit: listing.Limit = None,
    after: listing.After = None,
    text: listing.Text = None,
    sort: listing.SortBy = None,
    category: listing.Many = None,
    collection: listing.Many = None,
    vendor: listing.Many = None,
    type: listing.Many = None,  # noqa: A002  # the parameter's name outside
    tag: listing.Many = None,
    options: listing.Options = None,
    price_min: listing.PriceMin = None,
    price_max: listing.PriceMax = None,
    available: listing.Available = None,
    facets: listing.Facets = False,
    total: listing.Total = False,
    if_none_match: IfNoneMatch = None,
) -> Response[Any]:
    """Products to browse, search and filter."""
    asked = Listing(
        limit=limit,
        after=after,
        text=text,
        sort=sort,
        category=category,
        collection=collection,
        vendor=vendor,
        type=type,
        tag=tag,
        options=options,
        price_min=price_min,
        price_max=price_max,
        available=available,
        facets=facets,
        total=total,
    )
    wanted = await listing.search(ctx, catalog_queries, asked)
    result = await catalog_queries.products(ctx, wanted)
    return tagged(await listing.body(ctx, catalog_queries, asked, result), if_none_match)


@get(
    "/api/v1/store/products/{key:str}",
    opt=PUBLIC,
    tags=["store"],
    responses={200: ResponseSpec(ProductDocument, generate_examples=False)},
)
async def product(
    ctx: Ctx,
    catalog_queries: Service[CatalogQueries],
    key: FromPath[str],
    if_none_match: IfNoneMatch = None,
) -> Response[Any]:
    """The product with the id or handle."""
    document = await catalog_queries.product(ctx, key)
    return tagged(document.body.encode(), if_none_match)


@get("/api/v1/store/categories", opt=PUBLIC, tags=["store"])
async def categories(ctx: Ctx, catalog_queries: Service[CatalogQueries]) -> CategoryList:
    """The category tree."""
    found = await catalog_queries.category_tree(ctx)
    return CategoryList(data=tuple(map(_public_category, found)))


@get("/api/v1/store/categories/{key:str}", opt=PUBLIC, tags=["store"])
async def category(
    ctx: Ctx, catalog_queries: Service[CatalogQueries], key: FromPath[str]
) -> CategoryView:
    """The category with the id or handle."""
    return _public_category(await catalog_queries.category(ctx, key))


@get("/api/v1/store/collections", opt=PUBLIC, tags=["store"])
async def collections(
    ctx: Ctx,
    catalog_queries: Service[CatalogQueries],
    limit: listing.Limit = None,
    after: listing.After = None,
) -> CollectionList:
    """Collections, the oldest first."""
    page = await catalog_queries.collections(ctx, limit, after)
    return CollectionList(
        data=tuple(map(_public_collection, page.items)),
        page=PageBody(next=page.end if page.has_next else None),
    )


@get("/api/v1/store/collections/{key:str}", opt=PUBLIC, tags=["store"])
async def collection(
    ctx: Ctx, catalog_queries: Service[CatalogQueries], key: FromPath[str]
) -> CollectionView:
    """The collection with the id or handle."""
    return _public_collection(await catalog_queries.collection(ctx, key))


@get(
    "/api/v1/store/collections/{key:str}/products",
    opt=PUBLIC,
    tags=["store"],
    responses={200: ResponseSpec(ProductList, generate_examples=False)},
)
async def collection_products(
    ctx: Ctx,
    catalog_queries: Service[CatalogQueries],
    key: FromPath[str],
    limit: listing.Limit = None,
    after: listing.After = None,
    if_none_match: IfNoneMatch = None,
) -> Response[Any]:
    """A collection's products in its own order."""
    page = await catalog_queries.collection_products(ctx, key, limit, after)
    rest = {"page": PageBody(next=page.end if page.has_next else None)}
    return tagged(listing.joined([item.body for item in page.items], rest), if_none_match)


def _public_category(view: CategoryView) -> CategoryView:
    children = tuple(map(_public_category, view.children))
    return msgspec.structs.replace(view, translations=(), children=children)


def _public_collection(view: CollectionView) -> CollectionView:
    return msgspec.structs.replace(view, translations=())


ROUTES = (
    products,
    product,
    categories,
    category,
    collections,
    collection,
    collection_products,
)
