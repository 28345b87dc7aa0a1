"""What a visitor asks of a list, as it stands in the address: words, filters, order, page."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

import msgspec

from rustok.core.documents import Search, Sort
from rustok.core.errors import ValidationFailed
from rustok.core.money import parse_amount
from rustok.core.paging import MAX_CURSOR

PAGE = 24
MAX_TEXT = 200
_MAX_FIELDS = 100
_MAX_VALUE = 300
FACETS = ("category", "collection", "vendor", "type", "tag")
"""The facets whose values a visitor may choose, in the order they are shown; then the options."""
OPTIONS = "option"
"""All options, which each shop names itself, and so only its products tell."""
OPTION = f"{OPTIONS}."

SORTS: Mapping[str, Sort] = {
    "relevance": Sort(field="relevance"),
    "newest": Sort(field="newest"),
    "price-asc": Sort(field="price"),
    "price-desc": Sort(field="price", descending=True),
    "title": Sort(field="title"),
}


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """The words, the chosen values by facet, limits in minor units, and the rest."""

    text: str = ""
    chosen: dict[str, tuple[str, ...]] = {}
    minimum: int | None = None
    maximum: int | None = None
    only_available: bool = False
    sort: str | None = None
    after: str | None = None
    raw_minimum: str = ""
    raw_maximum: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything besides the words limits the list."""
        limits = (self.minimum, self.maximum)
        return bool(self.chosen) or self.only_available or any(n is not None for n in limits)

    def pairs(self, *, after: str | None = None) -> list[tuple[str, str]]:
        """Names and values of the address, the first page's where `after` is None."""
        found = [("q", self.text)] if self.text else []
        found += [(name, value) for name, values in self.chosen.items() for value in values]
        if self.minimum is not None:
            found.append(("min", self.raw_minimum))
        if self.maximum is not None:
            found.append(("max", self.raw_maximum))
        if self.only_available:
            found.append(("available", "1"))
        if self.sort is not None:
            found.append(("sort", self.sort))
        if after is not None:
            found.append(("after", after))
        return found

    def search(self, locale: str, fixed: Mapping[str, str], counted: Sequence[str]) -> Search:
        """The search for it; `fixed` are facets that the page itself demands."""
        sort = SORTS[self.sort] if self.sort else None
        if sort is not None and sort.field == "relevance" and not self.text:
            sort = None
        return Search(
            locale=locale,
            text=self.text or None,
            facets={**self.chosen, **{name: (value,) for name, value in fixed.items()}},
            amount_min=self.minimum,
            amount_max=self.maximum,
            available=True if self.only_available else None,
            sort=sort,
            first=PAGE,
            after=self.after,
            count_facets=tuple(counted),
            total=True,
        )

    def without(self, name: str, value: str) -> "Filters":
        """The same without one chosen value, on the first page."""
        rest = tuple(other for other in self.chosen.get(name, ()) if other != value)
        chosen = {key: values for key, values in self.chosen.items() if key != name}
        if rest:
            chosen[name] = rest
        return msgspec.structs.replace(self, chosen=chosen, after=None)

    def cleared(self) -> "Filters":
        """Only the words and the order."""
        return Filters(text=self.text, sort=self.sort)


def address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """A path with a query, or without where there is nothing to say."""
    query = urlencode(list(pairs))
    return f"{path}?{query}" if query else path


def fields(query: bytes) -> list[tuple[str, str]]:
    """Names and values of a query string; what is excessive is left out."""
    try:
        return parse_qsl(query.decode("latin-1"), max_num_fields=_MAX_FIELDS, errors="replace")
    except ValueError:
        return []


def parse(query: Iterable[tuple[str, str]], currency: str) -> Filters:
    """The filters in an address; what is not understood is ignored."""
    chosen: dict[str, list[str]] = {}
    single: dict[str, str] = {}
    for name, value in query:
        if "\0" in value:
            continue
        if name in FACETS or (name.startswith(OPTION) and len(name) <= _MAX_VALUE):
            values = chosen.setdefault(name, [])
            if value and len(value) <= _MAX_VALUE and value not in values:
                values.append(value)
        else:
            single[name] = value.strip()
    sort = single.get("sort")
    after = single.get("after")
    minimum, maximum = single.get("min", ""), single.get("max", "")
    return Filters(
        text=" ".join(single.get("q", "").split())[:MAX_TEXT],
        chosen={name: tuple(values) for name, values in chosen.items() if values},
        minimum=_amount(minimum, currency),
        maximum=_amount(maximum, currency),
        only_available=single.get("available") == "1",
        sort=sort if sort in SORTS else None,
        after=after if after and len(after) <= MAX_CURSOR else None,
        raw_minimum=minimum,
        raw_maximum=maximum,
    )


def _amount(text: str, currency: str) -> int | None:
    if not text:
        return None
    try:
        found = parse_amount(text.replace(",", "."), currency)
    except ValidationFailed:
        return None
    return found if found >= 0 else None
