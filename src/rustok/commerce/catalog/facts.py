"""Which facts a change of a product makes true: from its state before and after."""

from collections.abc import Iterator
from uuid import UUID

from rustok.commerce.catalog import domain, events
from rustok.commerce.catalog.product import Product, Variant
from rustok.core.events import Fact

_PARTS = (
    "translations",
    "vendor",
    "product_type",
    "tags",
    "category_id",
    "collection_ids",
    "metadata",
    "private_metadata",
    "options",
    "images",
)
_VARIANT_PARTS = (
    "position",
    "sku",
    "barcode",
    "weight_grams",
    "allow_backorder",
    "choices",
    "image_id",
)
_STEPS: dict[str, type[Fact]] = {
    domain.ACTIVE: events.ProductPublished,
    domain.DRAFT: events.ProductUnpublished,
    domain.ARCHIVED: events.ProductArchived,
}
DELETION = events.ProductDeleted()


def of_creation(product: Product, default_locale: str) -> Iterator[Fact]:
    """The facts about a new product."""
    yield events.ProductCreated(
        status=product.status,
        handle=product.texts(default_locale, default_locale).handle,
        variant_ids=tuple(variant.id for variant in product.variants),
    )
    if product.status == domain.ACTIVE:
        yield events.ProductPublished()


def of_change(old: Product, new: Product) -> Iterator[Fact]:
    """The facts about what differs; none where nothing does."""
    changed = tuple(part for part in _PARTS if getattr(old, part) != getattr(new, part))
    if changed:
        yield events.ProductUpdated(changed=changed)
    if old.status != new.status:
        yield _STEPS[new.status]()
    before = {variant.id: variant for variant in old.variants}
    after = {variant.id: variant for variant in new.variants}
    for variant in old.variants:
        if variant.id not in after:
            yield events.VariantDeleted(variant_id=variant.id, sku=variant.sku)
    for variant in new.variants:
        known = before.get(variant.id)
        if known is None:
            yield events.VariantCreated(variant_id=variant.id, sku=variant.sku)
            continue
        parts = tuple(p for p in _VARIANT_PARTS if getattr(known, p) != getattr(variant, p))
        if parts:
            yield events.VariantUpdated(variant_id=variant.id, changed=parts)
    yield from _prices(before, after)
    yield from _stock(before, after)


def _prices(before: dict[UUID, Variant], after: dict[UUID, Variant]) -> Iterator[Fact]:
    changes = []
    for variant_id in before.keys() & after.keys():
        old = {price.currency: price for price in before[variant_id].prices}
        new = {price.currency: price for price in after[variant_id].prices}
        for currency in sorted(old.keys() | new.keys()):
            if old.get(currency) != new.get(currency):
                now = new.get(currency)
                changes.append(
                    events.PriceChange(
                        variant_id=variant_id,
                        currency=currency,
                        minor=now.minor if now else None,
                        compare_at_minor=now.compare_at_minor if now else None,
                    )
                )
    if changes:
        yield events.PriceChanged(changes=tuple(changes))


def _stock(before: dict[UUID, Variant], after: dict[UUID, Variant]) -> Iterator[Fact]:
    changes = []
    for variant_id in before.keys() & after.keys():
        old = {level.location_id: level.quantity for level in before[variant_id].levels}
        for level in after[variant_id].levels:
            delta = level.quantity - old.get(level.location_id, 0)
            if delta or level.location_id not in old:
                changes.append(
                    events.StockChange(
                        variant_id=variant_id,
                        location_id=level.location_id,
                        quantity=level.quantity,
                        delta=delta,
                    )
                )
    if changes:
        yield events.StockChanged(changes=tuple(changes))
