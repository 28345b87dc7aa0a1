"""Use cases that read the catalogue. Anyone sees what is active; staff see the rest as well."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from rustok.commerce.catalog import (
    categories_repository,
    collections_repository,
    domain,
    locations_repository,
    repository,
)
from rustok.commerce.catalog.groups import Tree, collection_view
from rustok.commerce.catalog.service.locations import location_view
from rustok.commerce.catalog.types.groups import CategoryView, CollectionView, LocationView
from rustok.commerce.catalog.types.ids import COLLECTION_ID, PRODUCT_ID
from rustok.commerce.errors import CategoryNotFound, CollectionNotFound, ProductNotFound
from rustok.commerce.permissions import LOCATION_READ, PRODUCT_READ
from rustok.core.cache import Caches, LoadingCache
from rustok.core.context import Context
from rustok.core.db import Database, ReadSession
from rustok.core.documents import DocumentIndex, Search, SearchResult, StoredDocument
from rustok.core.paging import Cursor, InvalidCursor, Page, page_size

PRODUCTS = "products"
_COLLECTIONS = "collections"
_MEMBERS = "members"
_FIRST = UUID(int=0)
_Titled = tuple[UUID, str, frozenset[UUID]]


class CatalogQueries:
    """Products from their documents; categories, collections and locations from their tables."""

    def __init__(self, db: Database, index: DocumentIndex, caches: Caches) -> None:
        self._db = db
        self._index = index
        self._titles: LoadingCache[_Titled, dict[UUID, str]] = caches.loading(
            "catalog_titles", entries=2_000, seconds=2.0
        )

    async def products(self, ctx: Context, search: Search) -> SearchResult:
        """A page of products; statuses other than active are staff's.

        Raises ValidationFailed, InvalidCursor, and Forbidden or Unauthenticated.
        """
        if set(search.statuses) != {domain.ACTIVE}:
            ctx.require(PRODUCT_READ)
        if ctx.actor.may(PRODUCT_READ):
            search = msgspec.structs.replace(search, staff=True)
        return await self._index.search(ctx, PRODUCTS, search)

    async def product(self, ctx: Context, key: str) -> StoredDocument:
        """The product of an id or handle in the context's locale; raises ProductNotFound."""
        wanted, staff = PRODUCT_ID.parse_or_none(key), ctx.actor.may(PRODUCT_READ)
        if wanted is None:
            found = await self._index.by_handle(ctx, PRODUCTS, key, ctx.locale, staff=staff)
        else:
            by_ids = await self._index.by_ids(ctx, PRODUCTS, [wanted], ctx.locale, staff=staff)
            found = next(iter(by_ids), None)
        if found is None or not _is_visible(ctx, found):
            raise ProductNotFound
        return found

    async def products_by_ids(self, ctx: Context, ids: Sequence[str]) -> list[StoredDocument]:
        """The products of these ids that the caller may see, in the order asked."""
        wanted = [key for key in map(PRODUCT_ID.parse_or_none, ids) if key is not None]
        return await self._visible(ctx, wanted)

    async def product_ids(self, ctx: Context, handles: Sequence[str]) -> dict[str, str]:
        """Ids of the products that have these handles in any locale, read from the tables."""
        ctx.require(PRODUCT_READ)
        async with self._db.read(ctx) as session:
            rows = await session.all(repository.HANDLES, handles=list(handles))
        return {row.handle: PRODUCT_ID.text(row.product_id) for row in rows}

    async def category_tree(self, ctx: Context) -> tuple[CategoryView, ...]:
        """The categories at the root, each with all below it."""
        async with self._db.read(ctx) as session:
            tree = Tree(await session.all(categories_repository.CATEGORIES))
        return tuple(tree.roots(ctx))

    async def category(self, ctx: Context, key: str) -> CategoryView:
        """The category of an id or handle in the context's locale; raises CategoryNotFound."""
        async with self._db.read(ctx) as session:
            tree = Tree(await session.all(categories_repository.CATEGORIES))
        found = tree.find(ctx, key)
        if found is None:
            raise CategoryNotFound
        return tree.view(ctx, found)

    async def collections(
        self, ctx: Context, first: int | None = None, after: str | None = None
    ) -> Page[CollectionView]:
        """A page of collections, oldest first; raises ValidationFailed, InvalidCursor."""
        size = page_size(first, "first")
        start = None if after is None else _uuid(Cursor.decode(after, _COLLECTIONS), 0)
        async with self._db.read(ctx) as session:
            rows = await session.all(
                collections_repository.COLLECTIONS, after=start, count=size + 1
            )
        shown = rows[:size]
        return Page(
            items=tuple(collection_view(ctx, row) for row in shown),
            cursors=tuple(Cursor(_COLLECTIONS, (str(row.id),)).encode() for row in shown),
            has_next=len(rows) > size,
        )

    async def collection(self, ctx: Context, key: str) -> CollectionView:
        """The collection of an id or handle in the context's locale; raises CollectionNotFound."""
        async with self._db.read(ctx) as session:
            found = await _collection_id(ctx, session, key)
            row = await session.maybe(collections_repository.COLLECTION, id=found)
        if row is None:
            raise CollectionNotFound
        return collection_view(ctx, row)

    async def collection_products(
        self, ctx: Context, key: str, first: int | None = None, after: str | None = None
    ) -> Page[StoredDocument]:
        """A page of a collection's products in their order in it.

        Raises CollectionNotFound, ValidationFailed, InvalidCursor.
        """
        size = page_size(first, "first")
        position, product = -1, _FIRST
        if after is not None:
            cursor = Cursor.decode(after, _MEMBERS)
            position, product = _position(cursor), _uuid(cursor, 1)
        staff = ctx.actor.may(PRODUCT_READ)
        async with self._db.read(ctx) as session:
            rows = await session.all(
                collections_repository.MEMBERS,
                id=await _collection_id(ctx, session, key),
                statuses=list(domain.STATUSES if staff else [domain.ACTIVE]),
                position=position,
                product_id=product,
                count=size + 1,
            )
        places = {row.product_id: row.position for row in rows[:size]}
        found = await self._visible(ctx, list(places))
        return Page(
            items=tuple(found),
            cursors=tuple(
                Cursor(_MEMBERS, (places[item.id], str(item.id))).encode() for item in found
            ),
            has_next=len(rows) > size,
        )

    async def group_titles(self, ctx: Context, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Titles of categories and collections in the context's locale or the default one.

        They are kept for 2 s, except for a caller who asks to read a write of their own.
        """

        async def load(_: _Titled) -> dict[UUID, str]:
            locales = (ctx.tenant.default_locale, ctx.locale)
            async with self._db.read(ctx) as session:
                rows = await session.all(
                    categories_repository.GROUP_TITLES, ids=list(ids), locales=list(locales)
                )
            rows.sort(key=lambda row: locales.index(row.locale))
            return {row.id: row.title for row in rows}

        key = (ctx.tenant.id, ctx.locale, frozenset(ids))
        return await (load(key) if ctx.after is not None else self._titles.get(key, load))

    async def locations(self, ctx: Context) -> tuple[LocationView, ...]:
        """The places that hold stock, the first made first."""
        ctx.require(LOCATION_READ)
        async with self._db.read(ctx) as session:
            rows = await session.all(locations_repository.LOCATIONS)
        return tuple(location_view(row) for row in rows)

    async def _visible(self, ctx: Context, ids: Sequence[UUID]) -> list[StoredDocument]:
        if not ids:
            return []
        staff = ctx.actor.may(PRODUCT_READ)
        found = await self._index.by_ids(ctx, PRODUCTS, ids, ctx.locale, staff=staff)
        return [item for item in found if _is_visible(ctx, item)]


def _is_visible(ctx: Context, document: StoredDocument) -> bool:
    return document.status == domain.ACTIVE or ctx.actor.may(PRODUCT_READ)


async def _collection_id(ctx: Context, session: ReadSession, key: str) -> UUID:
    wanted = COLLECTION_ID.parse_or_none(key)
    if wanted is not None:
        return wanted
    found = await session.maybe(
        collections_repository.COLLECTION_BY_HANDLE,
        handle=key,
        locales=[ctx.locale, ctx.tenant.default_locale],
    )
    if found is None:
        raise CollectionNotFound
    return found


def _uuid(cursor: Cursor, number: int) -> UUID:
    try:
        return UUID(str(cursor.values[number]))
    except (ValueError, IndexError):
        raise InvalidCursor from None


def _position(cursor: Cursor) -> int:
    value = cursor.values[0] if cursor.values else None
    if not isinstance(value, int) or not -1 <= value < 2**31:
        raise InvalidCursor
    return value
