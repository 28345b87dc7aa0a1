"""Facts about the catalogue. A product's variants, prices and stock belong to the product."""

from typing import ClassVar
from uuid import UUID

import msgspec

from rustok.core.events import Fact


class ProductFact(Fact, frozen=True):
    """Base of the facts about a product."""

    aggregate: ClassVar[str] = "product"


class ProductCreated(ProductFact, frozen=True):
    """A product was made; its first variants, prices and stock have no facts of their own."""

    name: ClassVar[str] = "product.created"
    status: str
    handle: str
    variant_ids: tuple[UUID, ...]


class ProductUpdated(ProductFact, frozen=True):
    """What is written on it was changed; `changed` names the parts."""

    name: ClassVar[str] = "product.updated"
    changed: tuple[str, ...]


class ProductPublished(ProductFact, frozen=True):
    """Anyone can see it now."""

    name: ClassVar[str] = "product.published"


class ProductUnpublished(ProductFact, frozen=True):
    """It is a draft again."""

    name: ClassVar[str] = "product.unpublished"


class ProductArchived(ProductFact, frozen=True):
    """It was put away."""

    name: ClassVar[str] = "product.archived"


class ProductDeleted(ProductFact, frozen=True):
    """It is gone for everyone."""

    name: ClassVar[str] = "product.deleted"


class VariantCreated(ProductFact, frozen=True):
    """A variant was added to an existing product."""

    name: ClassVar[str] = "variant.created"
    variant_id: UUID
    sku: str | None


class VariantUpdated(ProductFact, frozen=True):
    """A variant was changed; `changed` names the fields."""

    name: ClassVar[str] = "variant.updated"
    variant_id: UUID
    changed: tuple[str, ...]


class VariantDeleted(ProductFact, frozen=True):
    """A variant was taken away."""

    name: ClassVar[str] = "variant.deleted"
    variant_id: UUID
    sku: str | None


class PriceChange(msgspec.Struct, frozen=True, kw_only=True):
    """A variant's price in one currency as it is now; `minor` is None where it was removed."""

    variant_id: UUID
    currency: str
    minor: int | None
    compare_at_minor: int | None


class PriceChanged(ProductFact, frozen=True):
    """Prices of the product's variants were changed."""

    name: ClassVar[str] = "price.changed"
    changes: tuple[PriceChange, ...]


class StockChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a location holds of a variant now, and by how much that differs from before."""

    variant_id: UUID
    location_id: UUID
    quantity: int
    delta: int


class StockChanged(ProductFact, frozen=True):
    """Stock of the product's variants was changed."""

    name: ClassVar[str] = "stock.changed"
    changes: tuple[StockChange, ...]


class CategoryFact(Fact, frozen=True):
    """Base of the facts about a category."""

    aggregate: ClassVar[str] = "category"


class CategoryCreated(CategoryFact, frozen=True):
    """A category was made."""

    name: ClassVar[str] = "category.created"
    parent_id: UUID | None


class CategoryUpdated(CategoryFact, frozen=True):
    """What is written on it was changed; `changed` names the parts."""

    name: ClassVar[str] = "category.updated"
    changed: tuple[str, ...]


class CategoryMoved(CategoryFact, frozen=True):
    """It stands at another place in the tree."""

    name: ClassVar[str] = "category.moved"
    parent_id: UUID | None


class CategoryDeleted(CategoryFact, frozen=True):
    """It is gone; its products have no category now."""

    name: ClassVar[str] = "category.deleted"


class CollectionFact(Fact, frozen=True):
    """Base of the facts about a collection."""

    aggregate: ClassVar[str] = "collection"


class CollectionCreated(CollectionFact, frozen=True):
    """A collection was made."""

    name: ClassVar[str] = "collection.created"


class CollectionUpdated(CollectionFact, frozen=True):
    """What is written on it was changed; `changed` names the parts."""

    name: ClassVar[str] = "collection.updated"
    changed: tuple[str, ...]


class CollectionDeleted(CollectionFact, frozen=True):
    """It is gone."""

    name: ClassVar[str] = "collection.deleted"


class CollectionProductsChanged(CollectionFact, frozen=True):
    """Products were put into it or taken out of it, by a change of the collection."""

    name: ClassVar[str] = "collection.products_changed"
    added: tuple[UUID, ...]
    removed: tuple[UUID, ...]


class CollectionProductsMoved(CollectionFact, frozen=True):
    """Products in it stand elsewhere: `moved` in their new order from `position` on, or last."""

    name: ClassVar[str] = "collection.products_moved"
    moved: tuple[UUID, ...]
    position: int | None


class LocationFact(Fact, frozen=True):
    """Base of the facts about a location."""

    aggregate: ClassVar[str] = "location"


class LocationCreated(LocationFact, frozen=True):
    """A place that holds stock was made."""

    name: ClassVar[str] = "location.created"
    code: str


class LocationUpdated(LocationFact, frozen=True):
    """Its code or name was changed."""

    name: ClassVar[str] = "location.updated"
    code: str


class LocationDeleted(LocationFact, frozen=True):
    """It is gone."""

    name: ClassVar[str] = "location.deleted"


EVENTS = (
    ProductCreated,
    ProductUpdated,
    ProductPublished,
    ProductUnpublished,
    ProductArchived,
    ProductDeleted,
    VariantCreated,
    VariantUpdated,
    VariantDeleted,
    PriceChanged,
    StockChanged,
    CategoryCreated,
    CategoryUpdated,
    CategoryMoved,
    CategoryDeleted,
    CollectionCreated,
    CollectionUpdated,
    CollectionDeleted,
    CollectionProductsChanged,
    CollectionProductsMoved,
    LocationCreated,
    LocationUpdated,
    LocationDeleted,
)
