"""A product as one value, with everything that belongs to it: what rules work on.

Texts are kept per locale. A variant's `choices` are keys of option values, in the options' order.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.commerce.catalog.problems import Path


class Translation(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The texts in one locale."""

    locale: str
    handle: str
    title: str
    subtitle: str = ""
    description_html: str = ""
    seo_title: str = ""
    seo_description: str = ""


class OptionValue(msgspec.Struct, frozen=True, gc=False):
    """One value of an option; its key is unique in the product and stays when it is renamed."""

    key: int
    names: dict[str, str]


class Option(msgspec.Struct, frozen=True, gc=False):
    """An option with its values in order."""

    key: int
    names: dict[str, str]
    values: tuple[OptionValue, ...]


class Price(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A price in minor units."""

    currency: str
    minor: int
    compare_at_minor: int | None


class Level(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How much a location, known by its code, holds."""

    location_id: UUID
    location: str
    quantity: int


class Variant(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One thing that can be bought."""

    id: UUID
    position: int
    sku: str | None = None
    barcode: str | None = None
    weight_grams: int | None = None
    allow_backorder: bool = False
    choices: tuple[int, ...] = ()
    image_id: UUID | None = None
    prices: tuple[Price, ...] = ()
    levels: tuple[Level, ...] = ()

    @property
    def stock(self) -> int:
        """What all locations hold together."""
        return sum([level.quantity for level in self.levels])

    @property
    def available(self) -> bool:
        """Whether it can be bought now."""
        return self.allow_backorder or self.stock > 0

    def price(self, currency: str) -> Price | None:
        """Its price in a currency."""
        return next((price for price in self.prices if price.currency == currency), None)


class Image(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An image with its alternative texts by locale, size in pixels."""

    id: UUID
    position: int
    url: str
    width: int | None
    height: int | None
    alts: dict[str, str]


class Product(msgspec.Struct, frozen=True, gc=False):
    """The aggregate."""

    id: UUID
    status: str
    version: int
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    category_id: UUID | None
    collection_ids: tuple[UUID, ...]
    metadata: dict[str, str]
    private_metadata: dict[str, str]
    options: tuple[Option, ...]
    translations: tuple[Translation, ...]
    variants: tuple[Variant, ...]
    images: tuple[Image, ...]
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None

    def texts(self, locale: str, default: str) -> Translation:
        """The texts in a locale, or in the default one."""
        return self.translation(locale) or self.translation(default) or self.translations[0]

    def translation(self, locale: str) -> Translation | None:
        """The texts in a locale, where it is translated."""
        return next((text for text in self.translations if text.locale == locale), None)

    def variant(self, variant_id: UUID) -> Variant | None:
        """One of its variants."""
        return next((variant for variant in self.variants if variant.id == variant_id), None)


class Draft(msgspec.Struct, frozen=True):
    """A product as it is to become.

    `made` are the locales whose handle was made from the title, `paths` says where in the input the
    texts of a locale were given; `variant` is the one the input is about, where it is about one.
    """

    product: Product
    made: frozenset[str] = frozenset()
    paths: dict[str, Path] = {}
    variant: UUID | None = None
