"""Staff's routes of products and variants."""

from litestar import Response, delete, get, patch, post, put
from litestar.openapi.datastructures import ResponseSpec

from rustok.commerce.catalog.domain import STATUSES
from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.rest import listing
from rustok.commerce.catalog.rest.bodies import (
    AdminProductList,
    BulkBody,
    PageBody,
    ProductBody,
    bulk_body,
    product_body,
    with_staff,
)
from rustok.commerce.catalog.rest.listing import Listing
from rustok.commerce.catalog.searching import statuses
from rustok.commerce.catalog.service import ProductService, VariantService
from rustok.commerce.catalog.types import (
    ProductChange,
    ProductCreate,
    ProductUpdate,
    VariantInput,
    VariantPrices,
    decode_product,
    decode_staff,
)
from rustok.commerce.errors import ProductNotFound
from rustok.commerce.permissions import (
    PRICE_UPDATE,
    PRODUCT_CREATE,
    PRODUCT_DELETE,
    PRODUCT_PUBLISH,
    PRODUCT_READ,
    PRODUCT_UPDATE,
)
from rustok.core.documents import StoredDocument
from rustok.core.http import Body, Ctx, FromPath, Service, requires
from rustok.core.http.preconditions import IfMatch, entity_tag, expected_version

TAGS = ["catalogue"]
PATH = "/api/v1/admin/products"
VARIANTS = "/api/v1/admin/variants"


def _stored(document: StoredDocument) -> ProductBody:
    if document.staff is None:
        raise ProductNotFound
    return with_staff(decode_product(document.body), decode_staff(document.staff))


def _answer(body: ProductBody, status: int = 200) -> Response[ProductBody]:
    headers = {"etag": entity_tag(body.version)}
    if body.position is not None:
        headers["rustok-position"] = body.position
    if status == 201:
        headers["location"] = f"{PATH}/{body.id}"
    return Response(body, status_code=status, headers=headers)


@get(PATH, opt=requires(PRODUCT_READ), tags=TAGS)
async def products(
    ctx: Ctx,
    catalog_queries: Service[CatalogQueries],
    limit: listing.Limit = None,
    after: listing.After = None,
    text: listing.Text = None,
    sort: listing.SortBy = None,
    status: listing.Status = None,
    total: listing.Total = False,
) -> AdminProductList:
    """Products of every status, with what only staff see."""
    asked = Listing(
        limit=limit,
        after=after,
        text=text,
        sort=sort,
        total=total,
        statuses=statuses(status) if status else STATUSES,
    )
    wanted = await listing.search(ctx, catalog_queries, asked)
    page = (await catalog_queries.products(ctx, wanted)).page
    return AdminProductList(
        data=[_stored(item) for item in page.items],
        page=PageBody(next=page.end if page.has_next else None, total=page.total),
    )


@get(f"{PATH}/{{product_id:str}}", opt=requires(PRODUCT_READ), tags=TAGS)
async def product(
    ctx: Ctx, catalog_queries: Service[CatalogQueries], product_id: FromPath[str]
) -> Response[ProductBody]:
    """The product with the id or handle."""
    return _answer(_stored(await catalog_queries.product(ctx, product_id)))


@post(PATH, opt=requires(PRODUCT_CREATE), tags=TAGS)
async def create_product(
    ctx: Ctx, product_service: Service[ProductService], data: Body[ProductCreate]
) -> Response[ProductBody]:
    """Makes a product with all that belongs to it."""
    return _answer(product_body(await product_service.create(ctx, data)), 201)


@patch(f"{PATH}/{{product_id:str}}", opt=requires(PRODUCT_UPDATE), tags=TAGS)
async def update_product(
    ctx: Ctx,
    product_service: Service[ProductService],
    product_id: FromPath[str],
    data: Body[ProductUpdate],
    if_match: IfMatch = None,
) -> Response[ProductBody]:
    """Changes what is given; lists are given whole."""
    result = await product_service.update(
        ctx, product_id, data, expected_version=expected_version(if_match)
    )
    return _answer(product_body(result))


@post(
    f"{PATH}/{{product_id:str}}/publish", opt=requires(PRODUCT_PUBLISH), tags=TAGS, status_code=200
)
async def publish_product(
    ctx: Ctx,
    product_service: Service[ProductService],
    product_id: FromPath[str],
    if_match: IfMatch = None,
) -> Response[ProductBody]:
    """Shows the product to anyone."""
    result = await product_service.publish(
        ctx, product_id, expected_version=expected_version(if_match)
    )
    return _answer(product_body(result))


@post(
    f"{PATH}/{{product_id:str}}/unpublish",
    opt=requires(PRODUCT_PUBLISH),
    tags=TAGS,
    status_code=200,
)
async def unpublish_product(
    ctx: Ctx,
    product_service: Service[ProductService],
    product_id: FromPath[str],
    if_match: IfMatch = None,
) -> Response[ProductBody]:
    """Makes the product a draft again."""
    result = await product_service.unpublish(
        ctx, product_id, expected_version=expected_version(if_match)
    )
    return _answer(product_body(result))


@post(
    f"{PATH}/{{product_id:str}}/archive", opt=requires(PRODUCT_PUBLISH), tags=TAGS, status_code=200
)
async def archive_product(
    ctx: Ctx,
    product_service: Service[ProductService],
    product_id: FromPath[str],
    if_match: IfMatch = None,
) -> Response[ProductBody]:
    """Puts the product away."""
    result = await product_service.archive(
        ctx, product_id, expected_version=expected_version(if_match)
    )
    return _answer(product_body(result))


@delete(f"{PATH}/{{product_id:str}}", opt=requires(PRODUCT_DELETE), tags=TAGS)
async def delete_product(
    ctx: Ctx,
    product_service: Service[ProductService],
    product_id: FromPath[str],
    if_match: IfMatch = None,
) -> None:
    """Takes the product away for everyone."""
    await product_service.delete(ctx, product_id, expected_version=expected_version(if_match))


@post(f"{PATH}/bulk", opt=requires(PRODUCT_CREATE), tags=TAGS, status_code=200)
async def create_products(
    ctx: Ctx, product_service: Service[ProductService], data: Body[list[ProductCreate]]
) -> BulkBody:
    """Makes up to 100 products; each has its own errors, the good ones are kept."""
    return bulk_body(await product_service.create_many(ctx, data))


@patch(f"{PATH}/bulk", opt=requires(PRODUCT_UPDATE), tags=TAGS)
async def update_products(
    ctx: Ctx, product_service: Service[ProductService], data: Body[list[ProductChange]]
) -> BulkBody:
    """Changes up to 100 products; each has its own errors, the good ones are kept."""
    return bulk_body(await product_service.update_many(ctx, data))


@post(f"{PATH}/{{product_id:str}}/variants", opt=requires(PRODUCT_UPDATE), tags=TAGS)
async def create_variant(
    ctx: Ctx,
    variant_service: Service[VariantService],
    product_id: FromPath[str],
    data: Body[VariantInput],
    if_match: IfMatch = None,
) -> Response[ProductBody]:
    """Adds a variant; answers the whole product."""
    result = await variant_service.create(
        ctx, product_id, data, expected_version=expected_version(if_match)
    )
    return _answer(product_body(result), 201)


@patch(f"{VARIANTS}/{{variant_id:str}}", opt=requires(PRODUCT_UPDATE), tags=TAGS)
async def update_variant(
    ctx: Ctx,
    variant_service: Service[VariantService],
    variant_id: FromPath[str],
    data: Body[VariantInput],
    if_match: IfMatch = None,
) -> Response[ProductBody]:
    """Changes a variant; answers the whole product."""
    result = await variant_service.update(
        ctx, variant_id, data, expected_version=expected_version(if_match)
    )
    return _answer(product_body(result))


@delete(f"{VARIANTS}/{{variant_id:str}}", opt=requires(PRODUCT_UPDATE), tags=TAGS, status_code=200)
async def delete_variant(
    ctx: Ctx,
    variant_service: Service[VariantService],
    variant_id: FromPath[str],
    if_match: IfMatch = None,
) -> Response[ProductBody]:
    """Takes a variant away; answers the whole product."""
    result = await variant_service.delete(
        ctx, variant_id, expected_version=expected_version(if_match)
    )
    return _answer(product_body(result))


@put(
    f"{PATH}/{{product_id:str}}/prices",
    opt=requires(PRICE_UPDATE),
    tags=TAGS,
    responses={200: ResponseSpec(ProductBody, generate_examples=False)},
)
async def set_prices(
    ctx: Ctx,
    variant_service: Service[VariantService],
    product_id: FromPath[str],
    data: Body[list[VariantPrices]],
    if_match: IfMatch = None,
) -> Response[ProductBody]:
    """Replaces the prices of some of the product's variants."""
    result = await variant_service.set_prices(
        ctx, product_id, data, expected_version=expected_version(if_match)
    )
    return _answer(product_body(result))


ROUTES = (
    products,
    product,
    create_product,
    update_product,
    publish_product,
    unpublish_product,
    archive_product,
    delete_product,
    create_products,
    update_products,
    create_variant,
    update_variant,
    delete_variant,
    set_prices,
)
