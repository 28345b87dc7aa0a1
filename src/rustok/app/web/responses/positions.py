"""Read-your-writes for kept answers: from when on all documents have what a token names."""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from cachetools import LRUCache

from rustok.core.context import Context
from rustok.core.events.ports import LogProgress

KEPT: Final = 2_000


class Positions:
    """The tokens that were waited for, each with the first flight that began afterwards.

    Tokens are compared with nothing but themselves: they are in the order of inserts, in which
    neither commits nor documents need follow.
    """

    def __init__(
        self,
        progress: Callable[[], LogProgress | None],
        consumers: Callable[[], Sequence[str]],
        next_flight: Callable[[], int],
    ) -> None:
        self._progress = progress
        self._consumers = consumers
        self._next_flight = next_flight
        self._known: LRUCache[tuple[UUID, int], int] = LRUCache(KEPT)

    async def reached(self, ctx: Context) -> int | None:
        """The first flight whose answer has what the context's token names: 0 without a token.

        Waits up to 2 s for each consumer; None where one has not come so far.
        """
        if ctx.after is None:
            return 0
        key = (ctx.tenant.id, ctx.after)
        known = self._known.get(key)
        if known is not None:
            return known
        progress = self._progress()
        if progress is None:
            return None
        for consumer in self._consumers():
            if not await progress.passed(ctx, consumer, ctx.after):
                return None
        found = self._known[key] = self._next_flight()
        return found
