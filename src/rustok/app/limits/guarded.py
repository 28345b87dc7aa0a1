"""A store that may be lost: while it is, each process counts for itself."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from time import monotonic

import structlog

from rustok.app.limits.local import KEPT
from rustok.core.ratelimits import Ask, Bucket, Grant, Kept, TokenStore
from rustok.core.resilience import Breaker, BreakerOpen

_log = structlog.get_logger("rustok.limits")


class GuardedStore:
    """The shared store behind a breaker, where it has none, and buckets of this process instead.

    These begin full, as those of a store that lost its memory do: a loss refuses nobody.
    """

    def __init__(
        self,
        store: TokenStore,
        breaker: Breaker | None,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self.asked = 0
        self.replaced = 0
        self._store = store
        self._breaker: AbstractAsyncContextManager[None] = breaker or nullcontext()
        self._timer = timer
        self._own: Kept[Bucket] = Kept(KEPT)

    async def take(self, asks: Sequence[Ask]) -> Sequence[Grant]:
        """What the store grants, or this process where it does not answer."""
        self.asked += 1
        try:
            async with self._breaker:
                return await self._store.take(asks)
        except BreakerOpen:
            pass
        except Exception as error:  # noqa: BLE001  # a limit's loss fails no request, whatever it is
            _log.warning("rate_limit_store_failed", error=repr(error))
        self.replaced += 1
        return [self._grant(ask) for ask in asks]

    def _grant(self, ask: Ask) -> Grant:
        now = self._timer()
        bucket = self._own.get(ask.key)
        if bucket is None:
            bucket = Bucket(ask.quota, now)
            self._own.put(ask.key, bucket)
        left = bucket.tokens(now)
        granted = min(ask.most, int(left))
        if granted < ask.least:
            return Grant(0, left)
        bucket.spend(granted)
        return Grant(granted, left - granted)
