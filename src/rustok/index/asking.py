"""From a Search to the parameters of the query: checked, folded, with its order and cursor."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from rustok.core.db.document_orders import ORDERS
from rustok.core.documents import Search, Sort
from rustok.core.errors import invalid
from rustok.core.paging import Cursor, InvalidCursor, page_size
from rustok.index.text import (
    Alternatives,
    any_prefix,
    asked_words,
    configuration,
    exactly,
    lexeme,
    quoted,
)

RELEVANCE = "relevance"
AVAILABLE = "available"
EVERY = ""  # the name of the lexeme that every document has: its count is the total
CORRECTED = "~"  # marks the cursors of a search whose text was corrected

_MAX_FACETS = 20
_MAX_VALUES = 50
_MAX_IDS = 1_000
_ORDERS: Mapping[tuple[str, bool], str] = {
    ("newest", False): "newest",
    ("newest", True): "oldest",
    ("updated", False): "updated",
    ("updated", True): "stalest",
    ("title", False): "title",
    ("title", True): "title_down",
    ("price", False): "price",
    ("price", True): "price_down",
}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A checked search: its words, its order, and the key and id after which the page begins."""

    search: Search
    words: tuple[str, ...] | None
    order: str
    corrected: bool
    key: str
    id: UUID
    filters: dict[str, str]

    @property
    def is_plain(self) -> bool:
        """Whether a walk along an index answers it: no text, no filter, nothing to count."""
        search = self.search
        limits = (search.ids, search.amount_min, search.amount_max, search.published_before)
        is_filtered = bool(self.filters) or any(limit is not None for limit in limits)
        return self.words is None and not (is_filtered or self.counts)

    @property
    def counts(self) -> bool:
        """Whether anything is to be counted."""
        return bool(self.search.count_facets) or self.search.total

    @property
    def finds_nothing(self) -> bool:
        """Whether a text was given that has no words in it."""
        return self.words == ()

    @property
    def names_order(self) -> str:
        """The order as its cursors name it."""
        return self.order + CORRECTED if self.corrected else self.order

    def counted(self) -> list[str] | None:
        """The names of the lexemes to count, the total's among them."""
        names = self.search.count_facets
        return [*dict.fromkeys(names), EVERY] if names else None

    def walk(self) -> dict[str, Any]:
        """The parameters of a plain list."""
        return {
            "locale": self.search.locale,
            "statuses": list(dict.fromkeys(self.search.statuses)),
            "order": self.order,
            "key": self.key,
            "id": self.id,
            "first": self.search.first + 1,
        }

    def narrow(self, alternatives: Alternatives | None) -> dict[str, Any]:
        """What the matching documents depend on, and with it the counts."""
        search = self.search
        return {
            "config": configuration(search.locale),
            "words": None if alternatives is None else any_prefix(alternatives),
            "exact": None if alternatives is None else exactly(alternatives),
            "names": list(self.filters),
            "filters": list(self.filters.values()),
            "ids": None if search.ids is None else list(search.ids),
            "amount_min": search.amount_min,
            "amount_max": search.amount_max,
            "published_before": search.published_before,
            "counted": self.counted(),
            "total": search.total,
        }


def ask(search: Search) -> Asked:
    """The search, ready to be run; raises ValidationFailed and InvalidCursor."""
    page_size(search.first, "first")
    words = None if search.text is None else tuple(asked_words(search.text))
    order = _order(search.sort, has_text=words is not None)
    filters = _filters(search)
    if search.ids is not None and len(search.ids) > _MAX_IDS:
        raise invalid("TOO_MANY_IDS", f"A list takes {_MAX_IDS} ids at most.", "ids")
    key, after_id, corrected = _start(search.after, order)
    return Asked(
        search=search,
        words=words,
        order=order,
        corrected=corrected,
        key=key,
        id=after_id,
        filters=filters,
    )


def _order(sort: Sort | None, *, has_text: bool) -> str:
    if sort is None:
        return RELEVANCE if has_text else "newest"
    if sort.field == RELEVANCE:
        if not has_text:
            raise invalid("SORT_NEEDS_TEXT", "Relevance needs a text to search for.", "sort")
        return RELEVANCE
    return _ORDERS[sort.field, sort.descending]


def _filters(search: Search) -> dict[str, str]:
    chosen = {name: values for name, values in search.facets.items() if values}
    if len(chosen) > _MAX_FACETS or any(len(values) > _MAX_VALUES for values in chosen.values()):
        raise invalid(
            "TOO_MANY_FACETS",
            f"A search takes {_MAX_FACETS} facets with {_MAX_VALUES} values each at most.",
            "facets",
        )
    if search.available is not None:
        chosen[AVAILABLE] = ("true" if search.available else "false",)
    return {name: _any_of(name, values) for name, values in chosen.items()}


def _any_of(name: str, values: tuple[str, ...]) -> str:
    return "(" + " | ".join(quoted(lexeme(name, value)) for value in values) + ")"


def _start(after: str | None, order: str) -> tuple[str, UUID, bool]:
    if after is None:
        if order == RELEVANCE:
            return "Infinity", UUID(int=0), False
        return ORDERS[order].start, UUID(ORDERS[order].start_id), False
    try:
        cursor, corrected = Cursor.decode(after, order), False
    except InvalidCursor:
        cursor, corrected = Cursor.decode(after, order + CORRECTED), True
    match cursor.values:
        case (str(key), str(text)):
            return _checked(order, key), _id(text), corrected
    raise InvalidCursor


def _checked(order: str, key: str) -> str:
    kind = "float4" if order == RELEVANCE else ORDERS[order].type
    try:
        if kind == "float4":
            float(key)
        elif kind == "bigint":
            int(key)
        elif kind == "timestamptz":
            datetime.fromisoformat(key)
    except ValueError:
        raise InvalidCursor from None
    return key


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidCursor from None
