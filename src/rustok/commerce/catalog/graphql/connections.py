"""A page of products whose search runs once, after all that is wanted of it is known."""

import asyncio
from collections.abc import Sequence

import msgspec

from rustok.commerce.catalog import searching
from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.types import (
    MoneyView,
    PriceRange,
    ProductDocument,
)
from rustok.core.documents import Search, SearchResult
from rustok.core.graphql import Edge, GraphContext, PageInfo, edges, page_info, stored
from rustok.core.money import decimal_text


class FacetValue(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a facet and how many products have it."""

    value: str
    label: str
    count: int


class Facet(msgspec.Struct, frozen=True, kw_only=True):
    """Values to filter by."""

    name: str
    values: Sequence[FacetValue]


class ProductPage:
    """What `ProductConnection` is read from.

    Its fields say what they need while the executor walks over them; the one search begins when
    the first of them is waited for, and counts only what was asked for.
    """

    def __init__(self, graph: GraphContext, search: Search, after: str | None) -> None:
        self._graph = graph
        self._search = search
        self._result: asyncio.Future[SearchResult] | None = None
        self._after = after

    def want(self, *, total: bool = False, facets: bool = False) -> None:
        """Have the result hold what is wanted; too late once it is waited for."""
        if total and not self._search.total:
            self._search = msgspec.structs.replace(self._search, total=True)
        if facets and self._search.count_facets != searching.FACETS:
            self._search = msgspec.structs.replace(self._search, count_facets=searching.FACETS)

    async def result(self) -> SearchResult:
        """What was found; whoever waits first searches, for all who wait."""
        if self._result is not None:
            return await self._result
        result = self._result = asyncio.get_running_loop().create_future()
        try:
            found = await self._graph.get(CatalogQueries).products(self._graph.ctx, self._search)
        except Exception as error:
            result.set_exception(error)
            result.exception()  # nobody else may be waiting: that alone is no error
            raise
        except asyncio.CancelledError:
            result.cancel()
            raise
        result.set_result(found)
        return found

    async def documents(self) -> list[ProductDocument]:
        """The products of the page."""
        return [stored(ProductDocument, item.body) for item in (await self.result()).page.items]

    async def edges(self) -> list[Edge[ProductDocument]]:
        """The products with their cursors."""
        cursors = (await self.result()).page.cursors
        return edges(cursors, await self.documents())

    async def page_info(self) -> PageInfo:
        """Where the page begins and ends."""
        return page_info((await self.result()).page, self._after)

    async def total(self) -> int:
        """How many products were found in all."""
        return (await self.result()).page.total or 0

    async def facets(self) -> list[Facet]:
        """Every facet that has values, with counts and labels."""
        result = await self.result()
        queries = self._graph.get(CatalogQueries)
        named = await searching.labels(self._graph.ctx, queries, result)
        return [
            Facet(
                name=name,
                values=[
                    FacetValue(
                        value=one.value,
                        label=named.get((name, one.value), one.value),
                        count=one.count,
                    )
                    for one in values
                ],
            )
            for name, values in result.facets.items()
            if values
        ]

    async def price_range(self) -> PriceRange | None:
        """The lowest and highest price of all that was found."""
        result = await self.result()
        if result.amount_min is None or result.amount_max is None:
            return None
        currency = self._graph.ctx.tenant.currency
        return PriceRange(
            min=_money(result.amount_min, currency), max=_money(result.amount_max, currency)
        )


def _money(minor: int, currency: str) -> MoneyView:
    return MoneyView(amount=decimal_text(minor, currency), currency=currency, minor=minor)
