"""A product's page: the document, the chosen variant, every text ready."""

import msgspec
from markupsafe import Markup

from rustok.commerce.catalog.types import ImageView, ProductDocument, VariantView
from rustok.storefront.formats import money, weight
from rustok.storefront.richtext import rich
from rustok.storefront.site import Site, category_path, collection_path, product_path
from rustok.storefront.theme import Theme, localised
from rustok.storefront.views.chooser import Choice, choices, selected
from rustok.storefront.wording import Wording


class Link(msgspec.Struct, frozen=True):
    """A text that leads somewhere."""

    text: str
    href: str


class Detail(msgspec.Struct, frozen=True):
    """A line of the table of details; `links` instead of `text` where it leads somewhere."""

    name: str
    text: str
    links: tuple[Link, ...] = ()


class ProductView(msgspec.Struct, frozen=True, kw_only=True):
    """What the product's template shows."""

    id: str
    title: str
    subtitle: str
    vendor: str
    trail: tuple[Link, ...]
    images: tuple[ImageView, ...]
    price: str
    was: str | None
    available: bool
    choices: tuple[Choice, ...]
    facts: tuple[Detail, ...]
    description: Markup | None
    details: tuple[Detail, ...]


def view(
    document: ProductDocument, wanted: str | None, site: Site, words: Wording, theme: Theme
) -> ProductView:
    """The view of a product with the wanted variant chosen, or the first that can be had."""
    chosen = selected(document.variants, wanted)
    price, was = _prices(chosen, site.locale, words)
    path = site.path(product_path(document.handle))
    has_choice = chosen is not None and len(document.variants) > 1
    return ProductView(
        id=document.id,
        title=document.title,
        subtitle=document.subtitle,
        vendor=document.vendor,
        trail=trail(document, site, words),
        images=_images(document, chosen),
        price=price,
        was=was,
        available=document.available if chosen is None else chosen.available,
        choices=choices(document.options, document.variants, chosen, path)
        if chosen is not None and has_choice
        else (),
        facts=_facts(chosen, site.locale, words),
        description=rich(document.description_html) if document.description_html else None,
        details=_details(document, site, words, theme),
    )


def trail(document: ProductDocument, site: Site, words: Wording) -> tuple[Link, ...]:
    """The way from the front page down to the product's category."""
    steps = document.category.path if document.category is not None else ()
    return (
        Link(words("home"), site.path("/")),
        *(Link(step.title, site.path(category_path(step.handle))) for step in steps),
    )


def _prices(chosen: VariantView | None, locale: str, words: Wording) -> tuple[str, str | None]:
    if chosen is None or chosen.price is None:
        return words("price.none"), None
    price, before = chosen.price, chosen.compare_at_price
    shown = money(price.minor, price.currency, locale)
    if before is None or before.minor <= price.minor:
        return shown, None
    return shown, money(before.minor, before.currency, locale)


def _images(document: ProductDocument, chosen: VariantView | None) -> tuple[ImageView, ...]:
    if chosen is None or chosen.image_id is None:
        return document.images
    first = tuple(image for image in document.images if image.id == chosen.image_id)
    return first + tuple(image for image in document.images if image.id != chosen.image_id)


def _facts(chosen: VariantView | None, locale: str, words: Wording) -> tuple[Detail, ...]:
    if chosen is None:
        return ()
    found = []
    if chosen.sku:
        found.append(Detail(words("product.sku"), chosen.sku))
    if chosen.weight_grams:
        found.append(Detail(words("product.weight"), weight(chosen.weight_grams, locale)))
    return tuple(found)


def _details(
    document: ProductDocument, site: Site, words: Wording, theme: Theme
) -> tuple[Detail, ...]:
    default = site.tenant.default_locale
    found = [
        Detail(localised(theme.details.get(key, {}), site.locale, default) or _readable(key), value)
        for key, value in document.metadata.items()
    ]
    if document.product_type:
        found.append(Detail(words("product.type"), document.product_type))
    if document.collections:
        links = tuple(
            Link(group.title, site.path(collection_path(group.handle)))
            for group in document.collections
        )
        found.append(Detail(words("product.collections"), "", links))
    return tuple(found)


def _readable(key: str) -> str:
    return key[:1].upper() + key[1:].replace("_", " ")
