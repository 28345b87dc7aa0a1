"""What use cases that write answer; `position` is the token for read-your-writes."""

from rustok.commerce.catalog.types.documents import ProductDocument, ProductStaff, View
from rustok.commerce.catalog.types.groups import CategoryView, CollectionView, LocationView
from rustok.core.errors import FieldError


class ProductResult(View, frozen=True):
    """A product as it is now, in the context's locale; position is None where nothing changed."""

    product: ProductDocument
    staff: ProductStaff
    position: int | None


class CategoryResult(View, frozen=True):
    """A category as it is now."""

    category: CategoryView
    position: int | None


class CollectionResult(View, frozen=True):
    """A collection as it is now."""

    collection: CollectionView
    position: int | None


class LocationResult(View, frozen=True):
    """A location as it is now."""

    location: LocationView
    position: int | None


class Deleted(View, frozen=True):
    """What was deleted."""

    id: str
    position: int | None


class BulkItem(View, frozen=True):
    """What became of one item: the product, or what is wrong with it (paths within the item)."""

    index: int
    product: ProductDocument | None
    errors: tuple[FieldError, ...]


class BulkResult(View, frozen=True):
    """One answer per item, in the order asked; the good ones are kept together."""

    items: tuple[BulkItem, ...]
    position: int | None


class StockLevel(View, frozen=True):
    """How much a location holds of a variant now."""

    variant_id: str
    location_id: str
    location: str
    quantity: int


class StockResult(View, frozen=True):
    """The levels that were set or adjusted, in the order asked."""

    levels: tuple[StockLevel, ...]
    position: int | None
