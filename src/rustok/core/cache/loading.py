"""A bounded cache that loads each key once, however many ask, and can be purged at any moment."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

from cachetools import TTLCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LoadingCache(Generic[K, V]):
    """Keeps found values and, shorter, the errors of `negative` types that loading them raised.

    What is being loaded while a purge happens is given to those who wait, but not kept.
    """

    def __init__(
        self,
        *,
        entries: int,
        seconds: float,
        negative_seconds: float = 0.0,
        negative: tuple[type[Exception], ...] = (),
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._found: TTLCache[K, V] = TTLCache(entries, seconds, timer)
        self._missing: TTLCache[K, Exception] = TTLCache(entries, negative_seconds, timer)
        self._loading: dict[K, asyncio.Task[V]] = {}
        self._negative = negative
        self._generation = 0
        self.hits = 0
        """How often a value, or that there is none, was known."""
        self.misses = 0
        """How often it had to be loaded, or waited for."""

    async def get(self, key: K, load: Callable[[K], Awaitable[V]]) -> V:
        """The value, from the cache or by one `load`; raises what loading raised."""
        if key in self._found:
            self.hits += 1
            return self._found[key]
        known = self._missing.get(key)
        if known is not None:
            self.hits += 1
            raise type(known)(str(known))
        self.misses += 1
        task = self._loading.get(key)
        if task is None:
            task = asyncio.create_task(self._load(key, load))
            self._loading[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        # shielded: one impatient caller must not cancel the load for the others
        return await asyncio.shield(task)

    def purge(self, matches: Callable[[V], bool] | None = None) -> None:
        """Drops the values that match, or all, and everything known to be missing."""
        self._generation += 1
        self._loading.clear()
        self._missing.clear()
        if matches is None:
            self._found.clear()
            return
        for key in [key for key, value in self._found.items() if matches(value)]:
            del self._found[key]

    def __len__(self) -> int:
        """How many entries are kept, missing ones included."""
        return len(self._found) + len(self._missing)

    async def _load(self, key: K, load: Callable[[K], Awaitable[V]]) -> V:
        generation = self._generation
        try:
            value = await load(key)
        except self._negative as error:
            if generation == self._generation:
                self._missing[key] = error
            raise
        if generation == self._generation:
            self._found[key] = value
        return value

    def _forget(self, key: K, done: asyncio.Task[V]) -> None:
        if self._loading.get(key) is done:
            del self._loading[key]
        if not done.cancelled():
            done.exception()
