"""What creates and changes products. Ids are in their outer form; absent fields are UNSET.

Texts without a locale are in the tenant's default locale; `translations` holds the other ones.
"""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Base of what callers send: camelCase outside, nothing unknown."""


class Seo(Input, frozen=True):
    """What search engines show."""

    title: str = ""
    description: str = ""


class TranslationInput(Input, frozen=True):
    """Texts in one locale. A new locale needs a title; a handle of None is made from it."""

    locale: str
    title: str | UnsetType = UNSET
    subtitle: str | UnsetType = UNSET
    handle: str | UnsetType | None = UNSET
    description_html: str | UnsetType = UNSET
    seo: Seo | UnsetType = UNSET


class LocalText(Input, frozen=True):
    """One text in one locale."""

    locale: str
    text: str


class OptionValueInput(Input, frozen=True):
    """One value of an option, such as `Red`. `key` names an existing value that is renamed."""

    value: str
    key: int | None = None
    translations: tuple[LocalText, ...] = ()


class OptionInput(Input, frozen=True):
    """An option, such as `Colour`, with its values. `key` names an existing one to rename."""

    name: str
    values: tuple[OptionValueInput, ...]
    key: int | None = None
    translations: tuple[LocalText, ...] = ()


class OptionChoice(Input, frozen=True):
    """The value a variant has for an option, both in the default locale."""

    name: str
    value: str


class PriceInput(Input, frozen=True):
    """A price in one currency, the tenant's own where none is named.

    Either `amount` (a decimal text) or `minor` (integer minor units); the same for compare-at.
    """

    currency: str | None = None
    amount: str | None = None
    minor: int | None = None
    compare_at_amount: str | None = None
    compare_at_minor: int | None = None


class StockInput(Input, frozen=True):
    """How much a location holds. It is named by id or code; None is the tenant's first one."""

    quantity: int
    location: str | None = None


class VariantInput(Input, frozen=True):
    """A variant to be made or changed; `prices` is the whole list, `stock` sets what it names.

    `image` is the place of its image in the product's images, from 0. In a product's list of
    variants, an existing one is found by `id`, else by `sku`, else by its options.
    """

    id: str | None = None
    sku: str | UnsetType | None = UNSET
    barcode: str | UnsetType | None = UNSET
    weight_grams: int | UnsetType | None = UNSET
    allow_backorder: bool | UnsetType = UNSET
    options: tuple[OptionChoice, ...] | UnsetType = UNSET
    prices: tuple[PriceInput, ...] | UnsetType = UNSET
    stock: tuple[StockInput, ...] | UnsetType = UNSET
    image: int | UnsetType | None = UNSET


class ImageInput(Input, frozen=True):
    """An image by its address (https, http or an absolute path), with its size in pixels.

    In a product's list of images, an existing one is found by `id`, else by its address.
    """

    url: str
    id: str | None = None
    alt: str = ""
    translations: tuple[LocalText, ...] = ()
    width: int | None = None
    height: int | None = None


class ProductCreate(Input, frozen=True):
    """A product to be made, with all that belongs to it.

    `category` and `collections` are named by id or by handle in the default locale. A handle of
    None is made from the title.
    """

    title: str
    subtitle: str = ""
    handle: str | None = None
    description_html: str = ""
    seo: Seo = Seo()
    translations: tuple[TranslationInput, ...] = ()
    status: Literal["draft", "active"] = "draft"
    vendor: str = ""
    product_type: str = ""
    tags: tuple[str, ...] = ()
    category: str | None = None
    collections: tuple[str, ...] = ()
    options: tuple[OptionInput, ...] = ()
    variants: tuple[VariantInput, ...] = ()
    images: tuple[ImageInput, ...] = ()
    metadata: dict[str, str] = {}
    private_metadata: dict[str, str] = {}


class ProductUpdate(Input, frozen=True):
    """What to change of a product; what is absent stays.

    Lists (`tags`, `collections`, `options`, `variants`, `images`) are given whole. `translations`
    changes the locales it names, `remove_translations` takes some away.
    """

    title: str | UnsetType = UNSET
    subtitle: str | UnsetType = UNSET
    handle: str | UnsetType | None = UNSET
    description_html: str | UnsetType = UNSET
    seo: Seo | UnsetType = UNSET
    translations: tuple[TranslationInput, ...] = ()
    remove_translations: tuple[str, ...] = ()
    vendor: str | UnsetType = UNSET
    product_type: str | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    category: str | UnsetType | None = UNSET
    collections: tuple[str, ...] | UnsetType = UNSET
    options: tuple[OptionInput, ...] | UnsetType = UNSET
    variants: tuple[VariantInput, ...] | UnsetType = UNSET
    images: tuple[ImageInput, ...] | UnsetType = UNSET
    metadata: dict[str, str] | UnsetType = UNSET
    private_metadata: dict[str, str] | UnsetType = UNSET


class ProductChange(Input, frozen=True):
    """One item of a bulk update."""

    id: str
    changes: ProductUpdate
    expected_version: int | None = None


class VariantPrices(Input, frozen=True):
    """The whole list of prices of one variant, by its id."""

    variant: str
    prices: tuple[PriceInput, ...]


class StockLevelSet(Input, frozen=True):
    """How much a location now holds of a variant."""

    variant: str
    quantity: int
    location: str | None = None


class StockAdjustment(Input, frozen=True):
    """By how much to change what a location holds of a variant."""

    variant: str
    delta: int
    location: str | None = None
