"""The projection of products: a document per product and locale of the tenant."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import msgspec

from rustok.commerce.catalog import (
    categories_repository,
    collections_repository,
    events,
    repository,
    store,
)
from rustok.commerce.catalog.documents import Reader, ids_of
from rustok.commerce.catalog.product import Product
from rustok.commerce.catalog.queries import PRODUCTS
from rustok.commerce.catalog.references import named, references
from rustok.commerce.catalog.staff_documents import StaffReader
from rustok.commerce.catalog.types.documents import ProductDocument
from rustok.core.context import Context
from rustok.core.db import ReadSession
from rustok.core.documents import Document, DocumentKind
from rustok.core.events import Event
from rustok.core.rich_text import plain

_PRODUCT = tuple(fact.name for fact in events.EVENTS if issubclass(fact, events.ProductFact))
_CATEGORY = (
    events.CategoryUpdated.name,
    events.CategoryMoved.name,
    events.CategoryDeleted.name,
)
_COLLECTION = (events.CollectionUpdated.name, events.CollectionDeleted.name)
_MEMBERS = msgspec.json.Decoder(events.CollectionProductsChanged)
_TENANT_UPDATED = "tenant.updated"
_EVERY = 2**31 - 1
AT_ONCE = 10
"""Of how many products the documents are made before others in the process have their turn."""
_LANGUAGES = {"locales", "default_locale"}


class _TenantChange(msgspec.Struct):
    """As much of the tenant's fact as matters here."""

    changed: tuple[str, ...]


_TENANT_CHANGE = msgspec.json.Decoder(_TenantChange)


class ProductProjection:
    """From the catalogue's tables to product documents, for any number of products at once."""

    kind = DocumentKind(
        name=PRODUCTS, facets=("vendor", "type", "tag", "category", "collection", "option")
    )
    version = 1
    events = (
        *_PRODUCT,
        *_CATEGORY,
        *_COLLECTION,
        events.CollectionProductsChanged.name,
        _TENANT_UPDATED,
    )

    async def affected(
        self,
        ctx: Context,
        session: ReadSession,
        events: Sequence[Event],
    ) -> Sequence[UUID]:
        """The products the events are about, or whose category or collection they are about.

        All of them where the tenant's languages changed.
        """
        if any(map(_changes_languages, events)):
            return await self.ids(ctx, session, None, _EVERY)
        found = {event.aggregate_id for event in events if event.aggregate == "product"}
        categories = [event.aggregate_id for event in events if event.name in _CATEGORY]
        collections = [event.aggregate_id for event in events if event.name in _COLLECTION]
        for event in events:
            if event.name == "collection.products_changed":
                changed = _MEMBERS.decode(event.payload)
                found.update(changed.added, changed.removed)
        if categories:
            found.update(await session.all(categories_repository.PRODUCTS_BELOW, ids=categories))
        if collections:
            found.update(await session.all(collections_repository.PRODUCTS_IN, ids=collections))
        return sorted(found)

    async def load(
        self, ctx: Context, session: ReadSession, ids: Sequence[UUID]
    ) -> Sequence[Document]:
        """The documents of the products that exist, in every locale of the tenant."""
        rows = await store.load_rows(session, ids)
        known = await references(session, ctx.tenant, named((), rows))
        readers = [Reader(ctx.tenant, locale, known) for locale in ctx.tenant.locales]
        staff_reader = StaffReader(ctx.tenant)
        found = []
        for number, row in enumerate(rows, 1):
            product = store.product_of(row)
            id_texts = ids_of(product)
            staff = msgspec.json.encode(staff_reader.document(product, id_texts))
            found += [
                _document(product, reader.document(product, id_texts), staff) for reader in readers
            ]
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        return found

    async def ids(
        self,
        ctx: Context,  # noqa: ARG002  # the port's signature
        session: ReadSession,
        after: UUID | None,
        limit: int,
    ) -> Sequence[UUID]:
        """The next products in the order of their ids."""
        return await session.all(repository.NEXT_IDS, after=after, count=limit)


def _changes_languages(event: Event) -> bool:
    if event.name != _TENANT_UPDATED:
        return False
    return not _LANGUAGES.isdisjoint(_TENANT_CHANGE.decode(event.payload).changed)


def _document(product: Product, view: ProductDocument, staff: bytes) -> Document:
    prices = view.price_range
    return Document(
        id=product.id,
        locale=view.locale,
        version=product.version,
        handle=view.handle,
        status=product.status,
        title=view.title,
        body=msgspec.json.encode(view),
        staff=staff,
        subtitle=view.subtitle,
        keywords=_keywords(view),
        text=plain(view.description_html),
        facets=tuple(_facets(view)),
        amount_min=prices.min.minor if prices else None,
        amount_max=prices.max.minor if prices else None,
        available=view.available,
        created_at=product.created_at,
        updated_at=product.updated_at,
        published_at=product.published_at,
    )


def _keywords(view: ProductDocument) -> tuple[str, ...]:
    words = [view.vendor, view.product_type, *view.tags]
    words += [group.title for group in (*(view.category.path if view.category else ()),)]
    words += [value for option in view.options for value in option.values]
    for variant in view.variants:
        words += [word for word in (variant.sku, variant.barcode) if word]
    return tuple(dict.fromkeys(word for word in words if word))


def _facets(view: ProductDocument) -> list[str]:
    found = [f"tag={tag}" for tag in view.tags]
    found += [f"vendor={view.vendor}"] if view.vendor else []
    found += [f"type={view.product_type}"] if view.product_type else []
    found += [f"category={step.id}" for step in (view.category.path if view.category else ())]
    found += [f"collection={group.id}" for group in view.collections]
    chosen = {choice for variant in view.variants for choice in variant.options}
    found += sorted(
        f"option.{choice.name}={choice.value}" for choice in chosen if "=" not in choice.name
    )
    return found
