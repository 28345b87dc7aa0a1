"""Products in lists: just what a card shows, decoded from the document and nothing else of it."""

from collections.abc import Iterable

import msgspec

from rustok.core.documents import StoredDocument
from rustok.storefront.formats import money
from rustok.storefront.site import Site, product_path
from rustok.storefront.wording import Wording


class CardMoney(msgspec.Struct, frozen=True, gc=False):
    """An amount in minor units."""

    minor: int
    currency: str


class CardRange(msgspec.Struct, frozen=True, gc=False):
    """The lowest and highest price."""

    min: CardMoney
    max: CardMoney


class CardVariant(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """What a card needs of a variant."""

    price: CardMoney | None
    compare_at_price: CardMoney | None


class CardImage(msgspec.Struct, frozen=True, gc=False):
    """A picture; width and height in pixels."""

    url: str
    alt: str
    width: int | None
    height: int | None


class CardDocument(msgspec.Struct, frozen=True, rename="camel"):
    """The part of a product's document that a card shows."""

    id: str
    handle: str
    title: str
    vendor: str
    images: tuple[CardImage, ...]
    variants: tuple[CardVariant, ...]
    price_range: CardRange | None
    on_sale: bool
    available: bool


class Card(msgspec.Struct, frozen=True):
    """A card: where it leads, what it shows, every text ready."""

    id: str
    href: str
    title: str
    vendor: str
    image: CardImage | None
    price: str
    was: str | None
    badge: str | None


_CARD = msgspec.json.Decoder(CardDocument)


def cards(documents: Iterable[StoredDocument], site: Site, words: Wording) -> tuple[Card, ...]:
    """The cards of a page of documents."""
    return tuple(card(_CARD.decode(document.body), site, words) for document in documents)


def card(product: CardDocument, site: Site, words: Wording) -> Card:
    """The card of a product."""
    price, was = _prices(product, site.locale, words)
    badge = None
    if not product.available:
        badge = words("badge.sold-out")
    elif product.on_sale:
        badge = words("badge.sale")
    return Card(
        product.id,
        site.path(product_path(product.handle)),
        product.title,
        product.vendor,
        product.images[0] if product.images else None,
        price,
        was,
        badge,
    )


def _prices(product: CardDocument, locale: str, words: Wording) -> tuple[str, str | None]:
    found = product.price_range
    if found is None:
        return words("price.none"), None
    lowest = money(found.min.minor, found.min.currency, locale)
    if found.min.minor != found.max.minor:
        return words("price.from", price=lowest), None
    if not product.on_sale:
        return lowest, None
    before = {v.compare_at_price.minor for v in product.variants if v.compare_at_price is not None}
    if len(before) != 1:
        return lowest, None
    return lowest, money(before.pop(), found.min.currency, locale)
