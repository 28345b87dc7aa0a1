"""Products as they are read: what anyone may see, and what staff see besides."""

from datetime import datetime

import msgspec


class View(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """Base of what is read: camelCase outside."""


class MoneyView(View, frozen=True):
    """An amount as a decimal text and as integer minor units."""

    amount: str
    currency: str
    minor: int


class SeoView(View, frozen=True):
    """What search engines show; the product's own texts where nothing was given."""

    title: str
    description: str


class GroupRef(View, frozen=True):
    """A category or collection, as far as a link to it needs it."""

    id: str
    handle: str
    title: str


class CategoryRef(GroupRef, frozen=True):
    """A product's category, with the path from the root down to it."""

    path: tuple[GroupRef, ...]


class OptionView(View, frozen=True):
    """An option with its values."""

    name: str
    values: tuple[str, ...]


class ChoiceView(View, frozen=True):
    """The value a variant has for an option."""

    name: str
    value: str


class PriceView(View, frozen=True):
    """A price in one currency."""

    currency: str
    price: MoneyView
    compare_at_price: MoneyView | None


class ImageView(View, frozen=True):
    """An image with its alternative text, size in pixels."""

    id: str
    url: str
    alt: str
    width: int | None
    height: int | None


class VariantView(View, frozen=True):
    """A variant; `price` is in the tenant's currency, `prices` has all of them."""

    id: str
    sku: str | None
    title: str
    barcode: str | None
    options: tuple[ChoiceView, ...]
    price: MoneyView | None
    compare_at_price: MoneyView | None
    prices: tuple[PriceView, ...]
    weight_grams: int | None
    available: bool
    image_id: str | None


class PriceRange(View, frozen=True):
    """The lowest and highest price of a product's variants in the tenant's currency."""

    min: MoneyView
    max: MoneyView


class ProductDocument(View, frozen=True):
    """A product in one locale, as anyone may see it: the JSON of its document.

    `alternates` maps the locales it is translated into to its handle there.
    """

    id: str
    handle: str
    locale: str
    status: str
    version: int
    title: str
    subtitle: str
    description_html: str
    seo: SeoView
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    category: CategoryRef | None
    collections: tuple[GroupRef, ...]
    options: tuple[OptionView, ...]
    variants: tuple[VariantView, ...]
    images: tuple[ImageView, ...]
    price_range: PriceRange | None
    on_sale: bool
    available: bool
    metadata: dict[str, str]
    alternates: dict[str, str]
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None


class TranslationView(View, frozen=True):
    """A product's, category's or collection's own texts in one locale."""

    locale: str
    handle: str
    title: str
    subtitle: str
    description_html: str
    seo: SeoView


class LevelView(View, frozen=True):
    """How much a location holds."""

    location_id: str
    location: str
    quantity: int


class VariantStock(View, frozen=True):
    """A variant's stock, in all and per location."""

    variant_id: str
    sku: str | None
    total: int
    allow_backorder: bool
    levels: tuple[LevelView, ...]


class OptionValueKey(View, frozen=True):
    """A value of an option with its key and its translations."""

    key: int
    value: str
    translations: dict[str, str]


class OptionKeys(View, frozen=True):
    """An option with the keys by which it and its values are renamed."""

    key: int
    name: str
    values: tuple[OptionValueKey, ...]
    translations: dict[str, str]


class ImageTexts(View, frozen=True):
    """An image's alternative texts by locale."""

    image_id: str
    alts: dict[str, str]


class ProductStaff(View, frozen=True):
    """What only staff may see of a product: the other JSON of its document."""

    private_metadata: dict[str, str]
    translations: tuple[TranslationView, ...]
    stock: tuple[VariantStock, ...]
    options: tuple[OptionKeys, ...]
    images: tuple[ImageTexts, ...]


_PRODUCT = msgspec.json.Decoder(ProductDocument)
_STAFF = msgspec.json.Decoder(ProductStaff)


def decode_product(body: str | bytes) -> ProductDocument:
    """The product in a document's body."""
    return _PRODUCT.decode(body)


def decode_staff(staff: str | bytes) -> ProductStaff:
    """What a document holds for staff."""
    return _STAFF.decode(staff)
