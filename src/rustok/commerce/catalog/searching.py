"""From what callers write, in GraphQL or a query string, to a Search over products."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from uuid import UUID

from rustok.commerce.catalog.domain import ACTIVE, STATUSES
from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.types import CATEGORY_ID, COLLECTION_ID
from rustok.commerce.errors import CategoryNotFound, CollectionNotFound
from rustok.core.context import Context
from rustok.core.documents import SearchResult
from rustok.core.errors import invalid
from rustok.core.ids import IdKind
from rustok.core.money import parse_amount

FACETS = ("vendor", "type", "tag", "category", "collection", "option")
GROUPS = ("category", "collection")
NOTHING = ("",)
"""A facet value that no product has."""


def amount(ctx: Context, text: str | None, *path: str) -> int | None:
    """Minor units of a bound in the tenant's currency; raises ValidationFailed."""
    return None if text is None else parse_amount(text, ctx.tenant.currency, *path)


def statuses(asked: Sequence[str] | None) -> tuple[str, ...]:
    """The statuses asked for, active where none is; raises ValidationFailed for unknown ones."""
    if not asked:
        return (ACTIVE,)
    for status in asked:
        if status not in STATUSES:
            raise invalid("UNKNOWN_STATUS", f"A status is one of {', '.join(STATUSES)}.", "status")
    return tuple(dict.fromkeys(asked))


async def resolved(
    ctx: Context, queries: CatalogQueries, facets: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """The facets with categories and collections by id; a handle nobody has matches nothing."""
    found = {name: tuple(values) for name, values in facets.items() if values}
    if "category" in found:
        found["category"] = await _category_ids(ctx, queries, found["category"])
    if "collection" in found:
        found["collection"] = await _collection_ids(ctx, queries, found["collection"])
    return found


async def labels(
    ctx: Context, queries: CatalogQueries, result: SearchResult
) -> dict[tuple[str, str], str]:
    """Titles of the categories and collections among the facets' values, in one round trip."""
    kinds = {"category": CATEGORY_ID, "collection": COLLECTION_ID}
    ids = {
        (name, _parsed(kind, each.value)): each.value
        for name, kind in kinds.items()
        for each in result.facets.get(name, ())
    }
    if not ids:
        return {}
    titles = await queries.group_titles(ctx, [id_ for _, id_ in ids])
    return {(name, text): titles[id_] for (name, id_), text in ids.items() if id_ in titles}


@lru_cache(maxsize=4096)
def _parsed(kind: IdKind, text: str) -> UUID:
    """Facets name the same groups again and again."""
    return kind.parse(text)


async def _category_ids(
    ctx: Context, queries: CatalogQueries, keys: Sequence[str]
) -> tuple[str, ...]:
    found = []
    for key in keys:
        if CATEGORY_ID.parse_or_none(key) is not None:
            found.append(key)
            continue
        try:
            found.append((await queries.category(ctx, key)).id)
        except CategoryNotFound:
            continue
    return tuple(found) or NOTHING


async def _collection_ids(
    ctx: Context, queries: CatalogQueries, keys: Sequence[str]
) -> tuple[str, ...]:
    found = []
    for key in keys:
        if COLLECTION_ID.parse_or_none(key) is not None:
            found.append(key)
            continue
        try:
            found.append((await queries.collection(ctx, key)).id)
        except CollectionNotFound:
            continue
    return tuple(found) or NOTHING
