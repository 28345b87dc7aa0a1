"""What the routes answer, as far as it is not the stored JSON itself."""

from typing import Any

import msgspec

from rustok.commerce.catalog.types import (
    BulkResult,
    CategoryResult,
    CategoryView,
    CollectionResult,
    CollectionView,
    LocationResult,
    LocationView,
    ProductDocument,
    ProductResult,
    ProductStaff,
    StockLevel,
    StockResult,
)


class Body(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of the answers: camelCase outside."""


class PageBody(Body, frozen=True):
    """Where the next page begins, and how many there are where it was asked."""

    next: str | None
    total: int | None = None


class FacetValueBody(Body, frozen=True):
    """One value of a facet; `label` is a category's or collection's title."""

    value: str
    label: str
    count: int


class AmountRange(Body, frozen=True):
    """The lowest and highest price found, as decimal strings."""

    min: str
    max: str
    currency: str


class ProductList(Body, frozen=True):
    """A page of products; facets and prices where `facets=true`."""

    data: list[ProductDocument]
    page: PageBody
    facets: dict[str, list[FacetValueBody]] | None = None
    prices: AmountRange | None = None
    corrected: str | None = None


class ProductBody(ProductDocument, frozen=True):
    """A product with what only staff see; `position` is for Rustok-After."""

    staff: ProductStaff
    position: str | None = None


class AdminProductList(Body, frozen=True):
    """A page of products as staff see them."""

    data: list[ProductBody]
    page: PageBody


class CategoryBody(CategoryView, frozen=True):
    """A category; `position_token` is for Rustok-After."""

    position_token: str | None = None


class CollectionBody(CollectionView, frozen=True):
    """A collection; `position_token` is for Rustok-After."""

    position_token: str | None = None


class LocationBody(LocationView, frozen=True):
    """A location; `position_token` is for Rustok-After."""

    position_token: str | None = None


class CategoryList(Body, frozen=True):
    """The roots of the category tree."""

    data: tuple[CategoryView, ...]


class CollectionList(Body, frozen=True):
    """A page of collections."""

    data: tuple[CollectionView, ...]
    page: PageBody


class LocationList(Body, frozen=True):
    """The places that hold stock."""

    data: tuple[LocationView, ...]


class ErrorBody(Body, frozen=True):
    """What is wrong with one item of a bulk call."""

    pointer: str
    code: str
    detail: str


class BulkItemBody(Body, frozen=True):
    """What became of one item."""

    index: int
    product: ProductDocument | None
    errors: list[ErrorBody]


class BulkBody(Body, frozen=True):
    """One answer per item, in the order asked."""

    items: list[BulkItemBody]
    position: str | None


class StockBody(Body, frozen=True):
    """Levels as they are now."""

    levels: tuple[StockLevel, ...]
    position: str | None


def token(position: int | None) -> str | None:
    """The log token as clients carry it."""
    return None if position is None else str(position)


def product_body(result: ProductResult) -> ProductBody:
    """A product that was just written."""
    return with_staff(result.product, result.staff, token(result.position))


def with_staff(
    product: ProductDocument, staff: ProductStaff, position: str | None = None
) -> ProductBody:
    """A product with staff's part."""
    return ProductBody(**_fields(product), staff=staff, position=position)


def category_body(result: CategoryResult) -> CategoryBody:
    """A category that was just written."""
    return CategoryBody(**_fields(result.category), position_token=token(result.position))


def collection_body(result: CollectionResult) -> CollectionBody:
    """A collection that was just written."""
    return CollectionBody(**_fields(result.collection), position_token=token(result.position))


def location_body(result: LocationResult) -> LocationBody:
    """A location that was just written."""
    return LocationBody(**_fields(result.location), position_token=token(result.position))


def bulk_body(result: BulkResult) -> BulkBody:
    """What became of each item."""
    items = [
        BulkItemBody(
            index=item.index,
            product=item.product,
            errors=[
                ErrorBody(pointer=e.pointer, code=e.code, detail=e.detail) for e in item.errors
            ],
        )
        for item in result.items
    ]
    return BulkBody(items=items, position=token(result.position))


def stock_body(result: StockResult) -> StockBody:
    """Levels that were just written."""
    return StockBody(levels=result.levels, position=token(result.position))


def _fields(view: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(view, name) for name in view.__struct_fields__}
