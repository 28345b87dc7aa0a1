"""What pages read of the shop: as anyone may see it, and nothing where it is switched off."""

from collections.abc import Sequence

from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.types import (
    CategoryView,
    CollectionView,
)
from rustok.core.context import Context
from rustok.core.documents import Search, SearchResult
from rustok.core.errors import NotFound
from rustok.core.host import Host
from rustok.core.modules.states import ModuleStates
from rustok.core.paging import MAX_PAGE

MODULE = "commerce"


class Catalogue:
    """Reads through the catalogue's own use cases."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._states = host.get(ModuleStates)

    @property
    def _queries(self) -> CatalogQueries:
        """Asked for late: a shop that could not be started may be, later."""
        self._states.admit(MODULE)
        return self._host.get(CatalogQueries)

    def admit(self, ctx: Context) -> None:
        """Raises ModuleFailed or ModuleDegraded where the tenant's shop does not work."""
        if self.is_open(ctx):
            self._states.admit(MODULE)

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

    def _check(self, ctx: Context) -> None:
        if not self.is_open(ctx):
            raise NotFound("This tenant has no shop.")
