"""Query parameters of product lists, and the JSON put together from stored documents."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response
from litestar.params import QueryParameter

from rustok.commerce.catalog import searching
from rustok.commerce.catalog.queries import CatalogQueries
from rustok.commerce.catalog.rest.bodies import FacetValueBody
from rustok.core.context import Context
from rustok.core.documents import Search, SearchResult, Sort, SortField
from rustok.core.errors import invalid
from rustok.core.money import decimal_text
from rustok.core.paging import page_size

Order = Literal["relevance", "newest", "title", "-title", "price", "-price", "updated"]

Limit = Annotated[int | None, QueryParameter(description="1 to 100, 20 without it.")]
After = Annotated[str | None, QueryParameter(description="`page.next` of the page before.")]
Text = Annotated[str | None, QueryParameter(name="q", description="Words to search for.")]
SortBy = Annotated[
    Order | None, QueryParameter(name="sort", description="Newest first, or by relevance with q.")
]
Many = Annotated[list[str] | None, QueryParameter(description="May be repeated: one must match.")]
Options = Annotated[
    list[str] | None, QueryParameter(name="option", description="`Colour:Red`, may be repeated.")
]
PriceMin = Annotated[
    str | None, QueryParameter(name="priceMin", description="Decimal, in the tenant's currency.")
]
PriceMax = Annotated[
    str | None, QueryParameter(name="priceMax", description="Decimal, in the tenant's currency.")
]
Available = Annotated[bool | None, QueryParameter(description="Only what can be bought.")]
Facets = Annotated[bool, QueryParameter(description="Count the facets' values.")]
Total = Annotated[bool, QueryParameter(description="Count all that was found.")]
Status = Annotated[list[str] | None, QueryParameter(description="draft, active, archived.")]


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """The query parameters of a list of products."""

    limit: int | None = None
    after: str | None = None
    text: str | None = None
    sort: Order | None = None
    category: list[str] | None = None
    collection: list[str] | None = None
    vendor: list[str] | None = None
    type: list[str] | None = None
    tag: list[str] | None = None
    options: list[str] | None = None
    price_min: str | None = None
    price_max: str | None = None
    available: bool | None = None
    facets: bool = False
    total: bool = False
    statuses: tuple[str, ...] = ("active",)


async def search(ctx: Context, queries: CatalogQueries, asked: Listing) -> Search:
    """What the parameters ask for; raises ValidationFailed."""
    facets: dict[str, list[str]] = {
        name: values
        for name in ("category", "collection", "vendor", "type", "tag")
        if (values := getattr(asked, name))
    }
    for pair in asked.options or ():
        name, found, value = pair.partition(":")
        if not found or not name:
            raise invalid("INVALID_OPTION", "An option is given as name:value.", "option")
        facets.setdefault(f"option.{name}", []).append(value)
    return Search(
        locale=ctx.locale,
        text=asked.text,
        statuses=asked.statuses,
        facets=await searching.resolved(ctx, queries, facets),
        amount_min=searching.amount(ctx, asked.price_min, "priceMin"),
        amount_max=searching.amount(ctx, asked.price_max, "priceMax"),
        available=asked.available,
        sort=_sort(asked.sort),
        first=page_size(asked.limit, "limit"),
        after=asked.after,
        count_facets=searching.FACETS if asked.facets else (),
        total=asked.total,
    )


def _sort(order: Order | None) -> Sort | None:
    if order is None:
        return None
    field: Any = order.removeprefix("-")
    name: SortField = field
    return Sort(field=name, descending=order.startswith("-"))


async def body(
    ctx: Context, queries: CatalogQueries, asked: Listing, result: SearchResult
) -> bytes:
    """The list as JSON, its products as they are stored."""
    page = result.page
    rest: dict[str, Any] = {"page": {"next": page.end if page.has_next else None}}
    if asked.total:
        rest["page"]["total"] = page.total
    if asked.facets:
        rest["facets"] = await _facets(ctx, queries, result)
        rest["prices"] = _prices(ctx, result)
    if result.corrected is not None:
        rest["corrected"] = result.corrected
    return joined([item.body for item in page.items], rest)


def joined(bodies: Sequence[str], rest: Mapping[str, Any]) -> bytes:
    """A list of documents and what stands beside it, as JSON.

    Each is encoded by itself: encoding all at once is one large copy more, and costs ten times.
    """
    data = b",".join([body.encode() for body in bodies])
    return b'{"data":[' + data + b"]," + msgspec.json.encode(rest)[1:]


async def _facets(
    ctx: Context, queries: CatalogQueries, result: SearchResult
) -> dict[str, list[FacetValueBody]]:
    labels = await searching.labels(ctx, queries, result)
    return {
        name: [
            FacetValueBody(
                value=one.value, label=labels.get((name, one.value), one.value), count=one.count
            )
            for one in values
        ]
        for name, values in result.facets.items()
        if values
    }


def _prices(ctx: Context, result: SearchResult) -> dict[str, str] | None:
    if result.amount_min is None or result.amount_max is None:
        return None
    currency = ctx.tenant.currency
    return {
        "min": decimal_text(result.amount_min, currency),
        "max": decimal_text(result.amount_max, currency),
        "currency": currency,
    }


def json(content: bytes, *, status: int = 200, **headers: str) -> Response[bytes]:
    """JSON that is there already."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(content, media_type="application/json", status_code=status, headers=named)
