"""Staff's routes of stock and the locations that hold it."""

from litestar import delete, get, patch, post, put

from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.rest.bodies import (
    LocationBody,
    LocationList,
    StockBody,
    location_body,
    stock_body,
)
from rustok.commerce.catalog.service import LocationService, StockService
from rustok.commerce.catalog.types import (
    LocationCreate,
    LocationUpdate,
    StockAdjustment,
    StockLevelSet,
)
from rustok.commerce.permissions import (
    LOCATION_CREATE,
    LOCATION_DELETE,
    LOCATION_READ,
    LOCATION_UPDATE,
    STOCK_UPDATE,
)
from rustok.core.http import Body, Ctx, FromPath, Service, requires
from rustok.core.http.preconditions import IfMatch, expected_version

TAGS = ["catalogue"]
PATH = "/api/v1/admin/locations"


@put("/api/v1/admin/stock", opt=requires(STOCK_UPDATE), tags=TAGS)
async def set_stock(
    ctx: Ctx, stock_service: Service[StockService], data: Body[list[StockLevelSet]]
) -> StockBody:
    """Sets how much locations hold of variants."""
    return stock_body(await stock_service.set(ctx, data))


@post("/api/v1/admin/stock/adjustments", opt=requires(STOCK_UPDATE), tags=TAGS, status_code=200)
async def adjust_stock(
    ctx: Ctx, stock_service: Service[StockService], data: Body[list[StockAdjustment]]
) -> StockBody:
    """Changes stock by differences; never below zero unless back-order is allowed."""
    return stock_body(await stock_service.adjust(ctx, data))


@get(PATH, opt=requires(LOCATION_READ), tags=TAGS)
async def locations(ctx: Ctx, catalog_queries: Service[CatalogQueries]) -> LocationList:
    """The places that hold stock."""
    return LocationList(data=await catalog_queries.locations(ctx))


@post(PATH, opt=requires(LOCATION_CREATE), tags=TAGS)
async def create_location(
    ctx: Ctx, location_service: Service[LocationService], data: Body[LocationCreate]
) -> LocationBody:
    """Makes a location."""
    return location_body(await location_service.create(ctx, data))


@patch(f"{PATH}/{{location_id:str}}", opt=requires(LOCATION_UPDATE), tags=TAGS)
async def update_location(
    ctx: Ctx,
    location_service: Service[LocationService],
    location_id: FromPath[str],
    data: Body[LocationUpdate],
    if_match: IfMatch = None,
) -> LocationBody:
    """Changes a location."""
    result = await location_service.update(
        ctx, location_id, data, expected_version=expected_version(if_match)
    )
    return location_body(result)


@delete(f"{PATH}/{{location_id:str}}", opt=requires(LOCATION_DELETE), tags=TAGS)
async def delete_location(
    ctx: Ctx,
    location_service: Service[LocationService],
    location_id: FromPath[str],
    if_match: IfMatch = None,
) -> None:
    """Takes away a location that holds no stock."""
    await location_service.delete(ctx, location_id, expected_version=expected_version(if_match))


ROUTES = (
    set_stock,
    adjust_stock,
    locations,
    create_location,
    update_location,
    delete_location,
)
