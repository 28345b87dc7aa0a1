"""Every cache of a process: made here, so that each has its numbers and hears of changes."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Final, TypeVar

from rustok.core.cache.loading import LoadingCache
from rustok.core.cache.shared import SharedCache, SharedCaches
from rustok.core.metrics import Metrics, Sample

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Counts = Callable[[], tuple[int, int]]
BUCKETS: Final = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Caches:
    """Makes caches by name: of the process, and shared ones where processes share a store."""

    def __init__(self, metrics: Metrics) -> None:
        self._memory: dict[str, Counts] = {}
        self._shared: SharedCaches | None = None
        self._outcomes: Counter[tuple[str, str]] = Counter()
        self._seconds = metrics.histogram(
            "rustok_cache_seconds",
            "How long asking the shared level took, and making what it did not have.",
            labels=("cache", "level"),
            buckets=BUCKETS,
        )
        metrics.count(
            "rustok_cache_requests_total",
            "Lookups by cache, level (memory or shared) and result: hit, miss, stale or error.",
            self._requests,
            labels=("cache", "level", "result"),
        )

    def share(self, shared: SharedCaches) -> None:
        """Lets caches that are made from now on have a shared level."""
        self._shared = shared

    @property
    def are_shared(self) -> bool:
        """Whether there is a shared level."""
        return self._shared is not None

    def loading(
        self,
        name: str,
        *,
        entries: int,
        seconds: float,
        negative_seconds: float = 0.0,
        negative: tuple[type[Exception], ...] = (),
    ) -> LoadingCache[K, V]:
        """A cache of the process; several of one name are counted together."""
        made: LoadingCache[K, V] = LoadingCache(
            entries=entries, seconds=seconds, negative_seconds=negative_seconds, negative=negative
        )
        self.count(name, lambda: (made.hits, made.misses))
        return made

    def count(self, name: str, counts: Counts) -> None:
        """Publishes the hits and misses of a cache of the process that has a form of its own."""
        before = self._memory.get(name)
        self._memory[name] = counts if before is None else lambda: _sum(before(), counts())

    def shared(self, name: str, kind: type[V], *, seconds: float) -> SharedCache[V] | None:
        """A cache that processes share, None where they share nothing."""
        if self._shared is None:
            return None
        return SharedCache(
            self._shared, name, kind, seconds=seconds, tally=self._outcomes, timings=self._seconds
        )

    def changed(self, scope: str | None) -> None:
        """What the scope names has changed, or anything for None: shared values of it are stale."""
        if self._shared is not None:
            self._shared.changed(scope)

    def _requests(self) -> Iterable[Sample]:
        for name, counts in self._memory.items():
            hits, misses = counts()
            yield (name, "memory", "hit"), hits
            yield (name, "memory", "miss"), misses
        for (name, result), number in self._outcomes.items():
            yield (name, "shared", result), number


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]
