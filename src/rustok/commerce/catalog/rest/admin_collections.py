"""Staff's routes of collections."""

from litestar import Response, delete, get, patch, post

from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.rest import listing
from rustok.commerce.catalog.rest.bodies import (
    CollectionBody,
    CollectionList,
    PageBody,
    collection_body,
)
from rustok.commerce.catalog.service import CollectionService
from rustok.commerce.catalog.types import (
    CollectionCreate,
    CollectionMove,
    CollectionUpdate,
    CollectionView,
)
from rustok.commerce.permissions import (
    COLLECTION_CREATE,
    COLLECTION_DELETE,
    COLLECTION_UPDATE,
    PRODUCT_READ,
)
from rustok.core.http import Body, Ctx, FromPath, Service, requires
from rustok.core.http.preconditions import IfMatch, entity_tag, expected_version

TAGS = ["catalogue"]
PATH = "/api/v1/admin/collections"


@get(PATH, opt=requires(PRODUCT_READ), tags=TAGS)
async def collections(
    ctx: Ctx,
    catalog_queries: Service[CatalogQueries],
    limit: listing.Limit = None,
    after: listing.After = None,
) -> CollectionList:
    """Collections with all translations, the oldest first."""
    page = await catalog_queries.collections(ctx, limit, after)
    return CollectionList(data=page.items, page=PageBody(next=page.end if page.has_next else None))


@get(f"{PATH}/{{collection_id:str}}", opt=requires(PRODUCT_READ), tags=TAGS)
async def collection(
    ctx: Ctx, catalog_queries: Service[CatalogQueries], collection_id: FromPath[str]
) -> Response[CollectionView]:
    """The collection with the id or handle, and all translations."""
    found = await catalog_queries.collection(ctx, collection_id)
    return Response(found, headers={"etag": entity_tag(found.version)})


@post(PATH, opt=requires(COLLECTION_CREATE), tags=TAGS)
async def create_collection(
    ctx: Ctx, collection_service: Service[CollectionService], data: Body[CollectionCreate]
) -> CollectionBody:
    """Makes a collection with its products in order."""
    return collection_body(await collection_service.create(ctx, data))


@patch(f"{PATH}/{{collection_id:str}}", opt=requires(COLLECTION_UPDATE), tags=TAGS)
async def update_collection(
    ctx: Ctx,
    collection_service: Service[CollectionService],
    collection_id: FromPath[str],
    data: Body[CollectionUpdate],
    if_match: IfMatch = None,
) -> CollectionBody:
    """Changes a collection's texts and image."""
    result = await collection_service.update(
        ctx, collection_id, data, expected_version=expected_version(if_match)
    )
    return collection_body(result)


@delete(f"{PATH}/{{collection_id:str}}", opt=requires(COLLECTION_DELETE), tags=TAGS)
async def delete_collection(
    ctx: Ctx,
    collection_service: Service[CollectionService],
    collection_id: FromPath[str],
    if_match: IfMatch = None,
) -> None:
    """Takes a collection away; its products stay."""
    await collection_service.delete(ctx, collection_id, expected_version=expected_version(if_match))


@post(
    f"{PATH}/{{collection_id:str}}/products",
    opt=requires(COLLECTION_UPDATE),
    tags=TAGS,
    status_code=200,
)
async def add_products(
    ctx: Ctx,
    collection_service: Service[CollectionService],
    collection_id: FromPath[str],
    data: Body[list[str]],
    if_match: IfMatch = None,
) -> CollectionBody:
    """Puts products, by their ids, at the collection's end."""
    result = await collection_service.add_products(
        ctx, collection_id, data, expected_version=expected_version(if_match)
    )
    return collection_body(result)


@post(
    f"{PATH}/{{collection_id:str}}/products/remove",
    opt=requires(COLLECTION_UPDATE),
    tags=TAGS,
    status_code=200,
)
async def remove_products(
    ctx: Ctx,
    collection_service: Service[CollectionService],
    collection_id: FromPath[str],
    data: Body[list[str]],
    if_match: IfMatch = None,
) -> CollectionBody:
    """Takes products, by their ids, out of the collection."""
    result = await collection_service.remove_products(
        ctx, collection_id, data, expected_version=expected_version(if_match)
    )
    return collection_body(result)


@post(
    f"{PATH}/{{collection_id:str}}/products/move",
    opt=requires(COLLECTION_UPDATE),
    tags=TAGS,
    status_code=200,
)
async def move_products(
    ctx: Ctx,
    collection_service: Service[CollectionService],
    collection_id: FromPath[str],
    data: Body[CollectionMove],
    if_match: IfMatch = None,
) -> CollectionBody:
    """Puts products, by their ids, elsewhere in the collection's order: from `position` on."""
    result = await collection_service.move_products(
        ctx, collection_id, data, expected_version=expected_version(if_match)
    )
    return collection_body(result)


ROUTES = (
    collections,
    collection,
    create_collection,
    update_collection,
    delete_collection,
    add_products,
    remove_products,
    move_products,
)
