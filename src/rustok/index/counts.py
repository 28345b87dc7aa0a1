"""What was counted, kept in the process for as long as the tenant's documents do not change."""

from collections.abc import Hashable
from time import monotonic

import msgspec
from cachetools import TTLCache

from rustok.core.documents import FacetValue

_ENTRIES = 2_000
_SECONDS = 300.0


class Counts(msgspec.Struct, frozen=True):
    """Counts and limits of a search, and the state of the documents they were made of."""

    state: str
    facets: dict[str, tuple[FacetValue, ...]]
    total: int
    amount_min: int | None
    amount_max: int | None


class CountCache:
    """Bounded; an entry says which state it is of, and the database says whether that still is."""

    def __init__(self) -> None:
        self._kept: TTLCache[Hashable, Counts] = TTLCache(_ENTRIES, _SECONDS, monotonic)

    def get(self, key: Hashable) -> Counts | None:
        """What was counted last for the key, perhaps of an older state."""
        return self._kept.get(key)

    def keep(self, key: Hashable, counts: Counts) -> None:
        """Keeps the counts in place of older ones."""
        self._kept[key] = counts
