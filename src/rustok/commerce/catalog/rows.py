"""A product as rows of its tables, and the difference between two states as rows to write."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import msgspec

from rustok.commerce.catalog.product import Product

Key: TypeAlias = tuple[Any, ...]
Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = dict[Key, Row]
RowsOf: TypeAlias = Callable[[Product], Rows]


def product_row(product: Product) -> Row:
    """The row of the aggregate itself."""
    return {
        "id": product.id,
        "status": product.status,
        "version": product.version,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "tags": product.tags,
        "category_id": product.category_id,
        "metadata": product.metadata,
        "private_metadata": product.private_metadata,
        "options": product.options,
        "created_at": product.created_at,
        "updated_at": product.updated_at,
        "published_at": product.published_at,
    }


def texts(product: Product) -> Rows:
    """Its translations."""
    return {
        (product.id, text.locale): {
            "product_id": product.id,
            "locale": text.locale,
            "handle": text.handle,
            "title": text.title,
            "subtitle": text.subtitle,
            "description_html": text.description_html,
            "seo_title": text.seo_title,
            "seo_description": text.seo_description,
        }
        for text in product.translations
    }


def images(product: Product) -> Rows:
    """Its images."""
    return {
        (image.id,): {
            "id": image.id,
            "product_id": product.id,
            "position": image.position,
            "url": image.url,
            "width": image.width,
            "height": image.height,
            "alts": image.alts,
        }
        for image in product.images
    }


def variants(product: Product) -> Rows:
    """Its variants, without prices and stock."""
    return {
        (variant.id,): {
            "id": variant.id,
            "product_id": product.id,
            "position": variant.position,
            "sku": variant.sku,
            "barcode": variant.barcode,
            "weight_grams": variant.weight_grams,
            "allow_backorder": variant.allow_backorder,
            "choices": variant.choices,
            "image_id": variant.image_id,
        }
        for variant in product.variants
    }


def prices(product: Product) -> Rows:
    """The prices of its variants."""
    return {
        (variant.id, price.currency): {
            "variant_id": variant.id,
            "currency": price.currency,
            "minor": price.minor,
            "compare_at_minor": price.compare_at_minor,
        }
        for variant in product.variants
        for price in variant.prices
    }


def levels(product: Product) -> Rows:
    """The stock of its variants."""
    return {
        (variant.id, level.location_id): {
            "variant_id": variant.id,
            "location_id": level.location_id,
            "quantity": level.quantity,
        }
        for variant in product.variants
        for level in variant.levels
    }


def members(product: Product) -> Rows:
    """Its places in collections."""
    return {
        (collection_id, product.id): {"collection_id": collection_id, "product_id": product.id}
        for collection_id in product.collection_ids
    }


class Difference(msgspec.Struct, frozen=True):
    """Rows to write and rows that are gone, with those to write as they were before."""

    saved: list[Row]
    gone: list[Row]
    before: list[Row | None]


def difference(of: RowsOf, pairs: Iterable[tuple[Product, Product]]) -> Difference:
    """What changes in one table between old and new states."""
    found = Difference([], [], [])
    for old, new in pairs:
        before, after = of(old), of(new)
        for key, row in after.items():
            if before.get(key) != row:
                found.saved.append(row)
                found.before.append(before.get(key))
        found.gone.extend(row for key, row in before.items() if key not in after)
    return found


def encoded(rows: Iterable[Row]) -> str:
    """Rows as JSON, for `json_to_recordset`."""
    return msgspec.json.encode(list(rows)).decode()
