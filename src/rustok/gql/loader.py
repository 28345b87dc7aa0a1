"""Loads values by key in batches: one call for all the keys asked for in a turn of the loop."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

Batch = Callable[[Sequence[K]], Awaitable[Mapping[K, V | Exception]]]


class Loader(Generic[K, V]):
    """A batching cache for one request: every key is asked for once, by whoever comes first.

    `batch` gets at most `max_batch` different keys and answers with what it found; an exception
    as a value fails that key alone, one raised fails them all, a key left out is `missing`.
    """

    def __init__(
        self,
        batch: Batch[K, V],
        *,
        missing: V,
        max_batch: int = 100,
    ) -> None:
        self._batch = batch
        self._missing = missing
        self._max_batch = max_batch
        self._futures: dict[K, asyncio.Future[V]] = {}
        self._waiting: dict[K, asyncio.Future[V]] = {}
        self._running: set[asyncio.Task[None]] = set()

    def load(self, key: K) -> "asyncio.Future[V]":
        """The value of a key. One caller's cancellation does not touch the others'."""
        future = self._futures.get(key)
        if future is None:
            future = self._futures[key] = self._waiting.get(key) or self._enqueue(key)
        return asyncio.shield(future)

    async def load_many(self, keys: Iterable[K]) -> list[V]:
        """The values of keys, in their order; the first failure is raised."""
        return await asyncio.gather(*map(self.load, keys))

    def prime(self, key: K, value: V) -> None:
        """Keep a value that came by another way; what is known already stays."""
        if key not in self._futures:
            future = self._futures[key] = asyncio.get_running_loop().create_future()
            future.set_result(value)

    def clear(self, *keys: K) -> None:
        """Forget these keys, or all of them: a mutation has changed what is behind them."""
        for key in keys or tuple(self._futures):
            self._futures.pop(key, None)

    def close(self) -> None:
        """Give up what is being loaded: the request has ended, and nobody waits any more."""
        self._waiting = {}
        for task in self._running:
            task.cancel()

    def _enqueue(self, key: K) -> "asyncio.Future[V]":
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._dispatch)
        future = self._waiting[key] = loop.create_future()
        return future

    def _dispatch(self) -> None:
        waiting = list(self._waiting.items())
        self._waiting = {}
        for start in range(0, len(waiting), self._max_batch):
            chunk = dict(waiting[start : start + self._max_batch])
            task = asyncio.ensure_future(self._fill(chunk))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _fill(self, futures: Mapping[K, "asyncio.Future[V]"]) -> None:
        try:
            found = await self._batch(list(futures))
        except asyncio.CancelledError:
            for future in futures.values():
                future.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it is handed to everyone who waits
            found = dict.fromkeys(futures, error)
        for key, future in futures.items():
            _settle(future, found.get(key, self._missing))


def _settle(future: "asyncio.Future[V]", value: V | Exception) -> None:
    if isinstance(value, Exception):
        future.set_exception(value)
        future.exception()  # whoever waited may be gone: that alone is no error
    else:
        future.set_result(value)
