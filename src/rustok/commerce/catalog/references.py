"""Loads what products refer to: categories with their paths, and collections."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET

from rustok.commerce.catalog import references_repository
from rustok.commerce.catalog.drafting import Group, GroupText, References
from rustok.commerce.catalog.product import Product
from rustok.commerce.catalog.repository import ProductRow
from rustok.commerce.catalog.types.ids import CATEGORY_ID, COLLECTION_ID
from rustok.commerce.catalog.types.inputs import ProductCreate, ProductUpdate, VariantInput
from rustok.core.context import TenantRef
from rustok.core.db import ReadSession
from rustok.core.ids import IdKind

_TEXTS = msgspec.json.Decoder(dict[str, GroupText])


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What inputs and products name: by id, or by handle in the default locale."""

    category_ids: frozenset[UUID] = frozenset()
    category_handles: frozenset[str] = frozenset()
    collection_ids: frozenset[UUID] = frozenset()
    collection_handles: frozenset[str] = frozenset()
    stock: bool = False

    @property
    def has_groups(self) -> bool:
        """Whether some category or collection is named."""
        categories = self.category_ids or self.category_handles
        return bool(categories or self.collection_ids or self.collection_handles)


def named(
    given: Sequence[ProductCreate | ProductUpdate], products: Iterable[Product | ProductRow] = ()
) -> Named:
    """What these inputs name and these products refer to."""
    present = list(products)
    categories = [item.category for item in given if isinstance(item.category, str)]
    collections = [
        key for item in given if item.collections is not UNSET for key in item.collections
    ]
    category_ids, category_handles = _keys(CATEGORY_ID, categories)
    collection_ids, collection_handles = _keys(COLLECTION_ID, collections)
    return Named(
        category_ids=category_ids | {p.category_id for p in present if p.category_id is not None},
        category_handles=category_handles,
        collection_ids=collection_ids | {key for p in present for key in p.collection_ids},
        collection_handles=collection_handles,
        stock=any(
            has_stock(item.variants)
            for item in given
            if not isinstance(item.variants, msgspec.UnsetType)
        ),
    )


def has_stock(variants: Sequence[VariantInput]) -> bool:
    """Whether some variant says what locations hold."""
    return any(variant.stock is not UNSET and variant.stock for variant in variants)


async def references(session: ReadSession, tenant: TenantRef, wanted: Named) -> References:
    """What is named, as far as it exists; without locations."""
    paths: dict[UUID, tuple[Group, ...]] = {}
    collections: dict[UUID, Group] = {}
    if not wanted.has_groups:
        return References()
    found = await session.all(
        references_repository.REFERENCES,
        category_ids=list(wanted.category_ids),
        category_handles=list(wanted.category_handles),
        collection_ids=list(wanted.collection_ids),
        collection_handles=list(wanted.collection_handles),
        locale=tenant.default_locale,
    )
    for row in found:
        group = _group(row.id, row.texts, tenant)
        if row.leaf is None:
            collections[row.id] = group
        else:
            paths[row.leaf] = (*paths.get(row.leaf, ()), group)
    return References(paths=paths, collections=collections)


def _keys(kind: IdKind, keys: Iterable[str]) -> tuple[frozenset[UUID], frozenset[str]]:
    parsed = {key: kind.parse_or_none(key) for key in keys}
    ids = frozenset(value for value in parsed.values() if value is not None)
    return ids, frozenset(key for key, value in parsed.items() if value is None)


def _group(group_id: UUID, texts: str | None, tenant: TenantRef) -> Group:
    found = _TEXTS.decode(texts) if texts else {}
    if tenant.default_locale not in found:
        found[tenant.default_locale] = next(iter(found.values()), GroupText("", ""))
    return Group(group_id, found)
