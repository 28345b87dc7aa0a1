"""Filters as a visitor sees them: groups of values with counts, and those that are active."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from rustok.core.documents import FacetValue, SearchResult
from rustok.core.money import decimal_text
from rustok.storefront.filters import OPTION, Filters, address
from rustok.storefront.formats import money, number
from rustok.storefront.wording import Wording

MOST_OPTIONS = 6
Titles = Mapping[str, Mapping[str, str]]
"""By facet, the titles of values that are no text themselves (ids of categories)."""


class FacetChoice(msgspec.Struct, frozen=True):
    """A value with the number of products that have it."""

    value: str
    text: str
    count: str
    chosen: bool


class FacetGroup(msgspec.Struct, frozen=True):
    """A facet: `name` is the field of the address."""

    name: str
    title: str
    choices: tuple[FacetChoice, ...]
    is_active: bool


class ActiveFilter(msgspec.Struct, frozen=True):
    """A filter in force, and where the list without it is."""

    text: str
    href: str


class PriceLimits(msgspec.Struct, frozen=True):
    """What may stand in the price fields: present values, and the limits that make sense."""

    minimum: str
    maximum: str
    lowest: str
    highest: str
    currency: str


def groups(
    result: SearchResult, filters: Filters, titles: Titles, words: Wording, locale: str
) -> tuple[FacetGroup, ...]:
    """The facets that can still tell products apart, or are in force."""
    found = []
    for name in _shown(result.facets, filters.chosen):
        values = result.facets[name]
        chosen = filters.chosen.get(name, ())
        shown = _choices(values, chosen, titles.get(name), locale)
        is_split = len(shown) > 1 or any(value.count != result.page.total for value in values)
        if shown and (is_split or chosen):
            found.append(FacetGroup(name, _title(name, words), shown, bool(chosen)))
    return tuple(found)


def active(
    filters: Filters, titles: Titles, words: Wording, path: str, currency: str, locale: str
) -> tuple[ActiveFilter, ...]:
    """Every filter in force with the address of the list without it."""
    found = [
        ActiveFilter(
            titles.get(name, {}).get(value, value),
            address(path, filters.without(name, value).pairs()),
        )
        for name, values in filters.chosen.items()
        for value in values
    ]
    if filters.minimum is not None or filters.maximum is not None:
        rest = msgspec.structs.replace(filters, minimum=None, maximum=None, after=None)
        found.append(
            ActiveFilter(_range(filters, words, currency, locale), address(path, rest.pairs()))
        )
    if filters.only_available:
        rest = msgspec.structs.replace(filters, only_available=False, after=None)
        found.append(ActiveFilter(words("filters.stock.only"), address(path, rest.pairs())))
    return tuple(found)


def price_limits(result: SearchResult, filters: Filters, currency: str) -> PriceLimits:
    """The price fields."""

    def text(minor: int | None) -> str:
        return "" if minor is None else decimal_text(minor, currency)

    return PriceLimits(
        text(filters.minimum),
        text(filters.maximum),
        text(result.amount_min),
        text(result.amount_max),
        currency,
    )


def _shown(
    facets: Mapping[str, Sequence[FacetValue]], chosen: Mapping[str, object]
) -> Iterator[str]:
    """The facets that every shop has; of its own options the commonest, and those in force."""
    options = {name: values for name, values in facets.items() if name.startswith(OPTION)}
    yield from (name for name in facets if name not in options)
    products = Counter({name: _most(values) for name, values in options.items()})
    commonest = [name for name, _ in products.most_common(MOST_OPTIONS)]
    yield from commonest
    yield from (name for name in options if name in chosen and name not in commonest)


def _most(values: Sequence[FacetValue]) -> int:
    return max((value.count for value in values), default=0)


def _choices(
    values: Sequence[FacetValue],
    chosen: Sequence[str],
    titles: Mapping[str, str] | None,
    locale: str,
) -> tuple[FacetChoice, ...]:
    counted = {found.value: found.count for found in values}
    everything = [*counted, *(value for value in chosen if value not in counted)]
    return tuple(
        FacetChoice(
            value,
            value if titles is None else titles[value],
            number(counted.get(value, 0), locale),
            value in chosen,
        )
        for value in everything
        if titles is None or value in titles
    )


def _title(name: str, words: Wording) -> str:
    if name.startswith(OPTION):
        text = name.removeprefix(OPTION)
        return text[:1].upper() + text[1:]
    return words(f"facet.{name}")


def _range(filters: Filters, words: Wording, currency: str, locale: str) -> str:
    low, high = filters.minimum, filters.maximum
    if low is not None and high is not None:
        return words(
            "filters.price.range",
            min=money(low, currency, locale),
            max=money(high, currency, locale),
        )
    if low is not None:
        return words("filters.price.above", min=money(low, currency, locale))
    assert high is not None
    return words("filters.price.below", max=money(high, currency, locale))
