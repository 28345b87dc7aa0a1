"""Staff's routes of categories."""

from litestar import Response, delete, get, patch, post

from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.rest.bodies import CategoryBody, CategoryList, category_body
from rustok.commerce.catalog.service import CategoryService
from rustok.commerce.catalog.types import CategoryCreate, CategoryMove, CategoryView, GroupUpdate
from rustok.commerce.permissions import (
    CATEGORY_CREATE,
    CATEGORY_DELETE,
    CATEGORY_UPDATE,
    PRODUCT_READ,
)
from rustok.core.http import Body, Ctx, FromPath, Service, requires
from rustok.core.http.preconditions import IfMatch, entity_tag, expected_version

TAGS = ["catalogue"]
PATH = "/api/v1/admin/categories"


@get(PATH, opt=requires(PRODUCT_READ), tags=TAGS)
async def categories(ctx: Ctx, catalog_queries: Service[CatalogQueries]) -> CategoryList:
    """The category tree with all translations."""
    return CategoryList(data=await catalog_queries.category_tree(ctx))


@get(f"{PATH}/{{category_id:str}}", opt=requires(PRODUCT_READ), tags=TAGS)
async def category(
    ctx: Ctx, catalog_queries: Service[CatalogQueries], category_id: FromPath[str]
) -> Response[CategoryView]:
    """The category with the id or handle, and all translations."""
    found = await catalog_queries.category(ctx, category_id)
    return Response(found, headers={"etag": entity_tag(found.version)})


@post(PATH, opt=requires(CATEGORY_CREATE), tags=TAGS)
async def create_category(
    ctx: Ctx, category_service: Service[CategoryService], data: Body[CategoryCreate]
) -> CategoryBody:
    """Makes a category, last in its row."""
    return category_body(await category_service.create(ctx, data))


@patch(f"{PATH}/{{category_id:str}}", opt=requires(CATEGORY_UPDATE), tags=TAGS)
async def update_category(
    ctx: Ctx,
    category_service: Service[CategoryService],
    category_id: FromPath[str],
    data: Body[GroupUpdate],
    if_match: IfMatch = None,
) -> CategoryBody:
    """Changes a category's texts."""
    result = await category_service.update(
        ctx, category_id, data, expected_version=expected_version(if_match)
    )
    return category_body(result)


@post(f"{PATH}/{{category_id:str}}/move", opt=requires(CATEGORY_UPDATE), tags=TAGS, status_code=200)
async def move_category(
    ctx: Ctx,
    category_service: Service[CategoryService],
    category_id: FromPath[str],
    data: Body[CategoryMove],
    if_match: IfMatch = None,
) -> CategoryBody:
    """Puts a category, with all below it, elsewhere."""
    result = await category_service.move(
        ctx, category_id, data, expected_version=expected_version(if_match)
    )
    return category_body(result)


@delete(f"{PATH}/{{category_id:str}}", opt=requires(CATEGORY_DELETE), tags=TAGS)
async def delete_category(
    ctx: Ctx,
    category_service: Service[CategoryService],
    category_id: FromPath[str],
    if_match: IfMatch = None,
) -> None:
    """Takes away a category that has none below it."""
    await category_service.delete(ctx, category_id, expected_version=expected_version(if_match))


ROUTES = (
    categories,
    category,
    create_category,
    update_category,
    move_category,
    delete_category,
)
