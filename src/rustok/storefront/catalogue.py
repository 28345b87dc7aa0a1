"""What pages read of the shop: as anyone may see it, and nothing where it is switched off."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import msgspec

from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.types import (
    CategoryView,
    CollectionView,
)
from rustok.core.cache import LoadingCache
from rustok.core.context import Context
from rustok.core.documents import Search, SearchResult
from rustok.core.errors import NotFound
from rustok.core.paging import MAX_PAGE

MODULE = "commerce"
_SECONDS = 30.0
_GROUPS = 2_000
_OPTIONS = 6


class _Optioned(msgspec.Struct, frozen=True):
    options: "tuple[_OptionName, ...]"


class _OptionName(msgspec.Struct, frozen=True):
    name: str


_OPTIONED = msgspec.json.Decoder(_Optioned)
_Key = tuple[UUID, str, tuple[tuple[str, str], ...]]


class Catalogue:
    """Reads through the catalogue's own use cases."""

    def __init__(self, queries: CatalogQueries) -> None:
        self._queries = queries
        self._options: LoadingCache[_Key, tuple[str, ...]] = LoadingCache(
            entries=_GROUPS, seconds=_SECONDS
        )

    def is_open(self, ctx: Context) -> bool:
        """Whether the tenant has a shop at all."""
        return MODULE in ctx.tenant.modules

    async def tree(self, ctx: Context) -> Sequence[CategoryView]:
        """The categories at the root, each with those below it."""
        return await self._queries.category_tree(ctx) if self.is_open(ctx) else ()

    async def collections(self, ctx: Context) -> Sequence[CollectionView]:
        """The first hundred collections."""
        if not self.is_open(ctx):
            return ()
        return (await self._queries.collections(ctx, MAX_PAGE)).items

    async def category(self, ctx: Context, handle: str) -> CategoryView:
        """The category with the handle; raises NotFound."""
        self._check(ctx)
        return await self._queries.category(ctx, handle)

    async def collection(self, ctx: Context, handle: str) -> CollectionView:
        """The collection with the handle; raises NotFound."""
        self._check(ctx)
        return await self._queries.collection(ctx, handle)

    async def search(self, ctx: Context, search: Search) -> SearchResult:
        """A page of products; raises NotFound, ValidationFailed, InvalidCursor."""
        self._check(ctx)
        return await self._queries.products(ctx, search)

    async def product(self, ctx: Context, handle: str) -> str:
        """The JSON of the product with the handle; raises NotFound."""
        self._check(ctx)
        return (await self._queries.product(ctx, handle)).body

    async def option_names(self, ctx: Context, facets: dict[str, tuple[str, ...]]) -> Sequence[str]:
        """The options that the newest products with these facets have, the commonest first.

        Options are named by each shop itself, so only its products tell which there are.
        """
        named = tuple((name, value) for name, values in facets.items() for value in values)

        async def load(_: _Key) -> tuple[str, ...]:
            newest = Search(locale=ctx.locale, facets=facets, first=MAX_PAGE)
            found: Counter[str] = Counter()
            for item in (await self.search(ctx, newest)).page.items:
                found.update(option.name for option in _OPTIONED.decode(item.body).options)
            return tuple(name for name, _ in found.most_common(_OPTIONS) if "=" not in name)

        return await self._options.get((ctx.tenant.id, ctx.locale, named), load)

    def _check(self, ctx: Context) -> None:
        if not self.is_open(ctx):
            raise NotFound("This tenant has no shop.")
