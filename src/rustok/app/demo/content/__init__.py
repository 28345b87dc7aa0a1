"""The catalogues of the demo tenants: JSON and artwork in the package, read as frozen values.

Texts are `Localized`: a mapping from locale to text, complete for every locale of the tenant.
Money is integer minor units of the tenant's currency. Picture files are relative to `art/`.
"""

from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Literal

import msgspec

__all__ = [
    "SLUGS",
    "Category",
    "Collection",
    "DemoShop",
    "Option",
    "Picture",
    "Product",
    "Seo",
    "Tenant",
    "TenantArt",
    "Theme",
    "Variant",
    "art",
    "load",
]

SLUGS = ("demo", "atelier")

Localized = Mapping[str, str]


class _Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen value that refuses fields it does not know."""


class Picture(_Value, frozen=True):
    """An SVG below `art/` with its alternative text; width and height in pixels."""

    file: str
    alt: Localized
    width: int
    height: int


class Theme(_Value, frozen=True):
    """Brand colours as `#rrggbb`: accents for text and buttons, grounds for pages."""

    accent: str
    accent_dark: str
    accent_soft: str
    ground: str
    ground_dark: str


class TenantArt(_Value, frozen=True):
    """The pictures that belong to the shop itself."""

    hero: Picture
    logo: Picture
    favicon: Picture


class Tenant(_Value, frozen=True):
    """Who the shop is; `about` is safe HTML, `details` names the keys of products' metadata."""

    slug: str
    name: str
    tagline: Localized
    about: Localized
    details: Mapping[str, Localized]
    currency: str
    locales: tuple[str, ...]
    default_locale: str
    theme: Theme
    art: TenantArt


class Category(_Value, frozen=True):
    """A node of the category tree."""

    handle: str
    title: Localized
    description: Localized
    children: tuple["Category", ...]


class Collection(_Value, frozen=True):
    """A curated list; `products` are product handles in the tenant's default locale."""

    handle: str
    title: Localized
    description: Localized
    image: Picture
    products: tuple[str, ...]


class Seo(_Value, frozen=True):
    """Texts for search engines."""

    title: str
    description: str


class Option(_Value, frozen=True):
    """A choice such as colour, with its values in order."""

    name: Localized
    values: tuple[Localized, ...]


class Variant(_Value, frozen=True):
    """One sellable combination; `options` holds a value index per option of the product."""

    sku: str
    barcode: str
    options: tuple[int, ...]
    price_minor: int
    compare_at_minor: int | None
    weight_grams: int
    stock: Mapping[str, int]
    backorder: bool


class Product(_Value, frozen=True):
    """A product with every translation; `category` is a category handle."""

    handle: Localized
    status: Literal["draft", "active", "archived"]
    title: Localized
    subtitle: Localized
    description_html: Localized
    seo: Mapping[str, Seo]
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    category: str
    options: tuple[Option, ...]
    variants: tuple[Variant, ...]
    images: tuple[Picture, ...]
    metadata: Mapping[str, str]


class DemoShop(_Value, frozen=True):
    """Everything a demo tenant is made of."""

    tenant: Tenant
    categories: tuple[Category, ...]
    collections: tuple[Collection, ...]
    products: tuple[Product, ...]

    def walk_categories(self) -> Iterator[tuple[Category, Category | None]]:
        """Every category with its parent, parents first."""
        pending: list[tuple[Category, Category | None]] = [(c, None) for c in self.categories]
        while pending:
            category, parent = pending.pop(0)
            yield category, parent
            pending.extend((child, category) for child in category.children)

    def pictures(self) -> Iterator[Picture]:
        """Every picture the shop refers to."""
        art_of_tenant = self.tenant.art
        yield from (art_of_tenant.hero, art_of_tenant.logo, art_of_tenant.favicon)
        yield from (collection.image for collection in self.collections)
        for product in self.products:
            yield from product.images


def load(slug: str) -> DemoShop:
    """The shop of one demo tenant.

    Raises `LookupError` for a slug that is not in `SLUGS`.
    """
    if slug not in SLUGS:
        raise LookupError(f"no demo shop named {slug!r}; there are {', '.join(SLUGS)}")
    return msgspec.json.decode(_content().joinpath(f"{slug}.json").read_bytes(), type=DemoShop)


def art(file: str) -> Traversable:
    """The artwork that a `Picture.file` names."""
    return _content().joinpath("art", *file.split("/"))


def _content() -> Traversable:
    return resources.files(__name__)
