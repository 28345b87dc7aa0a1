"""A list of products with everything around it: count, filters, order, the way to more."""

import msgspec

from rustok.core.documents import SearchResult
from rustok.storefront.filters import SORTS, Filters, address
from rustok.storefront.formats import number
from rustok.storefront.site import Site
from rustok.storefront.views.card import Card, cards
from rustok.storefront.views.facets import (
    ActiveFilter,
    FacetGroup,
    PriceLimits,
    Titles,
    active,
    groups,
    price_limits,
)
from rustok.storefront.wording import Wording


class SortChoice(msgspec.Struct, frozen=True):
    """An order that can be chosen."""

    value: str
    text: str
    chosen: bool


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What the template of a list shows; `action` is its own path."""

    action: str
    text: str
    cards: tuple[Card, ...]
    count: str
    groups: tuple[FacetGroup, ...]
    active: tuple[ActiveFilter, ...]
    clear: str
    price: PriceLimits
    only_available: bool
    sorts: tuple[SortChoice, ...]
    more: str | None
    first: str | None
    corrected: str | None


def listing(
    result: SearchResult, filters: Filters, path: str, site: Site, words: Wording, titles: Titles
) -> Listing:
    """The list at a path."""
    page, currency = result.page, site.tenant.currency
    total = len(page.items) if page.total is None else page.total
    after = page.end if page.has_next else None
    return Listing(
        action=path,
        text=filters.text,
        cards=cards(page.items, site, words),
        count=words.count("products", total, number(total, site.locale)),
        groups=groups(result, filters, titles, words, site.locale),
        active=active(filters, titles, words, path, currency, site.locale),
        clear=address(path, filters.cleared().pairs()),
        price=price_limits(result, filters, currency),
        only_available=filters.only_available,
        sorts=_sorts(filters, words),
        more=address(path, filters.pairs(after=after)) if after is not None else None,
        first=address(path, filters.pairs()) if filters.after is not None else None,
        corrected=result.corrected,
    )


def _sorts(filters: Filters, words: Wording) -> tuple[SortChoice, ...]:
    default = "relevance" if filters.text else "newest"
    chosen = filters.sort or default
    return tuple(
        SortChoice(name, words(f"sort.{name}"), name == chosen)
        for name in SORTS
        if filters.text or name != "relevance"
    )
