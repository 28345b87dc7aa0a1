"""What was counted, kept in the process for as long as the tenant's documents do not change."""

from collections.abc import Callable, Hashable
from time import monotonic

import msgspec
from cachetools import TTLCache

from rustok.core.documents import FacetValue

_ENTRIES = 2_000
_SECONDS = 300.0
_SMALL = 50_000
_PER_SECOND = 100_000
_LONGEST_SECONDS = 30.0


class Counts(msgspec.Struct, frozen=True):
    """Counts and limits of a search, and the state of the documents they were made of.

    `weight` is the sum of all counts: what counting costs grows with it.
    """

    state: str
    facets: dict[str, tuple[FacetValue, ...]]
    total: int
    amount_min: int | None
    amount_max: int | None
    weight: int


class CountCache:
    """Bounded; an entry says which state it is of, and the database says whether that still is.

    Counts of many documents cost so much that they may be a little old: those of 10,000 products
    about a second, those of a million half a minute at the most.
    """

    def __init__(self, timer: Callable[[], float] = monotonic) -> None:
        self._timer = timer
        self._kept: TTLCache[Hashable, tuple[Counts, float]] = TTLCache(_ENTRIES, _SECONDS, timer)

    def get(self, key: Hashable) -> Counts | None:
        """What was counted last for the key, perhaps of an older state."""
        found = self._kept.get(key)
        return None if found is None else found[0]

    def is_young(self, key: Hashable) -> bool:
        """Whether what is kept for the key is good whatever its state."""
        found = self._kept.get(key)
        return found is not None and self._timer() < found[1]

    def keep(self, key: Hashable, counts: Counts) -> None:
        """Keeps the counts in place of older ones."""
        seconds = min(counts.weight / _PER_SECOND, _LONGEST_SECONDS)
        until = self._timer() + (seconds if counts.weight > _SMALL else 0.0)
        self._kept[key] = (counts, until)
