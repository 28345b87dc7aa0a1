"""Products in and out of the database, any number at once."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from rustok.commerce.catalog import changes_repository as changes
from rustok.commerce.catalog import repository, rows
from rustok.commerce.catalog.product import Draft, Image, Option, Product, Translation, Variant
from rustok.commerce.catalog.repository import ProductRow
from rustok.commerce.errors import HandleTaken, SkuTaken
from rustok.core.db import ReadSession, WriteSession
from rustok.core.db.failures import constraints
from rustok.core.sql import Query

_METADATA = msgspec.json.Decoder(dict[str, str])
_OPTIONS = msgspec.json.Decoder(tuple[Option, ...])
_TRANSLATIONS = msgspec.json.Decoder(tuple[Translation, ...])
_VARIANTS = msgspec.json.Decoder(tuple[Variant, ...])
_IMAGES = msgspec.json.Decoder(tuple[Image, ...])
_RACES = {"commerce_product_handles": HandleTaken, "commerce_variants_sku": SkuTaken}


class Inserted(msgspec.Struct, frozen=True):
    """What somebody else already has: texts by product and locale, variants by id."""

    handles_taken: list[tuple[UUID, str]]
    skus_taken: list[UUID]


async def load(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, Product]:
    """The products that exist, as they are now."""
    return {row.id: product_of(row) for row in await load_rows(session, ids)}


async def load_rows(session: ReadSession, ids: Sequence[UUID]) -> list[ProductRow]:
    """The same as rows, for `product_of`: who needs many products, one after the other, makes each
    where the one before has left its memory.
    """
    return await session.all(repository.LOAD, ids=list(ids)) if ids else []


async def lock(session: WriteSession, ids: Iterable[UUID]) -> dict[UUID, Product]:
    """The products that exist, as they are once nobody else can change them any more."""
    wanted = sorted(set(ids))
    return await load(session, await session.all(repository.LOCK, ids=wanted) if wanted else [])


async def insert(session: WriteSession, products: Sequence[Product]) -> Inserted:
    """Inserts new products, in one round trip, but for the texts and variants it returns."""
    texts, variants = _joined(rows.texts, products), _joined(rows.variants, products)
    done = await session.one(
        repository.INSERT,
        products=rows.encoded(rows.product_row(product) for product in products),
        translations=rows.encoded(texts.values()),
        images=rows.encoded(_joined(rows.images, products).values()),
        variants=rows.encoded(variants.values()),
        prices=rows.encoded(_joined(rows.prices, products).values()),
        levels=rows.encoded(_joined(rows.levels, products).values()),
        members=rows.encoded(_joined(rows.members, products).values()),
    )
    known_texts, known_variants = set(done.texts), set(done.variants)
    return Inserted(
        [(owner, locale) for owner, locale in texts if f"{owner}/{locale}" not in known_texts],
        [variant for (variant,) in variants if variant not in known_variants],
    )


async def insert_texts(
    session: WriteSession, products: Sequence[Product], wanted: Sequence[tuple[UUID, str]]
) -> list[tuple[UUID, str]]:
    """Inserts texts of new products; returns those whose handle somebody else has."""
    texts = _joined(rows.texts, products)
    done = await session.all(
        repository.INSERT_TEXTS, translations=rows.encoded(texts[key] for key in wanted)
    )
    return [(owner, locale) for owner, locale in wanted if f"{owner}/{locale}" not in set(done)]


async def save(session: WriteSession, pairs: Sequence[tuple[Product, Product]]) -> None:
    """Writes what changed; raises HandleTaken or SkuTaken where somebody was quicker."""
    images = rows.difference(rows.images, pairs)
    variants = rows.difference(rows.variants, pairs)
    moved = [
        row["id"]
        for row, before in zip(variants.saved, variants.before, strict=True)
        if before is not None and before["sku"] != row["sku"]
    ]
    texts = rows.difference(rows.texts, pairs)
    prices = rows.difference(rows.prices, pairs)
    members = rows.difference(rows.members, pairs)
    await session.execute(
        changes.UPDATE, rows=rows.encoded(rows.product_row(new) for _, new in pairs)
    )
    with constraints(_RACES):
        await _run(session, changes.DELETE_MEMBERS, members.gone)
        await _run(session, changes.INSERT_MEMBERS, members.saved)
        await _run(session, changes.DELETE_TEXTS, texts.gone)
        await _run(session, changes.SAVE_TEXTS, texts.saved)
        await _run(session, changes.DELETE_PRICES, prices.gone)
        await _run_ids(session, changes.DELETE_VARIANTS, [row["id"] for row in variants.gone])
        await _run_ids(session, changes.FREE_SKUS, moved)
        await _run(session, changes.SAVE_IMAGES, images.saved)
        await _run(session, changes.SAVE_VARIANTS, variants.saved)
        await _run_ids(session, changes.DELETE_IMAGES, [row["id"] for row in images.gone])
        await _run(session, changes.SAVE_PRICES, prices.saved)
        await _run(session, changes.SAVE_LEVELS, rows.difference(rows.levels, pairs).saved)


def with_handle(draft: Draft, locale: str, handle: str) -> Draft:
    """The draft with another handle in one locale."""
    translations = tuple(
        msgspec.structs.replace(text, handle=handle) if text.locale == locale else text
        for text in draft.product.translations
    )
    product = msgspec.structs.replace(draft.product, translations=translations)
    return msgspec.structs.replace(draft, product=product)


async def _run(session: WriteSession, statement: Query[None], changed: list[rows.Row]) -> None:
    if changed:
        await session.execute(statement, rows=rows.encoded(changed))


async def _run_ids(session: WriteSession, statement: Query[None], ids: list[UUID]) -> None:
    if ids:
        await session.execute(statement, ids=ids)


def _joined(of: rows.RowsOf, products: Sequence[Product]) -> rows.Rows:
    return {key: row for product in products for key, row in of(product).items()}


def product_of(row: ProductRow) -> Product:
    """The product in a row."""
    return Product(
        id=row.id,
        status=row.status,
        version=row.version,
        vendor=row.vendor,
        product_type=row.product_type,
        tags=tuple(row.tags),
        category_id=row.category_id,
        collection_ids=tuple(row.collection_ids),
        metadata=_METADATA.decode(row.metadata),
        private_metadata=_METADATA.decode(row.private_metadata),
        options=_OPTIONS.decode(row.options),
        translations=_TRANSLATIONS.decode(row.translations) if row.translations else (),
        variants=_VARIANTS.decode(row.variants) if row.variants else (),
        images=_IMAGES.decode(row.images) if row.images else (),
        created_at=row.created_at,
        updated_at=row.updated_at,
        published_at=row.published_at,
    )
