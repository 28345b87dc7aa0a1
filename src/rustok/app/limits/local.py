"""Counts in this process alone: every process admits as much."""

from collections.abc import Callable, Hashable, Sequence
from time import monotonic
from typing import Final

from rustok.app.limits.limiter import Refusals
from rustok.core.ratelimits import Bucket, Kept, Policy

KEPT: Final = 50_000
"""Subjects of one policy that are remembered at least."""


class LocalLimiter:
    """Buckets in memory."""

    def __init__(self, timer: Callable[[], float] = monotonic, *, kept: int = KEPT) -> None:
        self.refusals = Refusals()
        self._timer = timer
        self._size = kept
        self._kept: dict[str, Kept[Bucket]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._kept.values()))

    def meter(self, policy: Policy, subject: Hashable) -> Bucket:
        """The subject's bucket."""
        kept = self._kept.get(policy.name)
        if kept is None:
            kept = self._kept[policy.name] = Kept(self._size)
        found = kept.get(subject)
        if found is None:
            found = Bucket(policy.quota, self._timer())
            kept.put(subject, found)
        return found

    async def spend(self, metered: Sequence[tuple[Policy, Bucket]], cost: int) -> None:
        """Takes the cost from all buckets or from none; raises RateLimited. Waits for nothing."""
        now = self._timer()
        for policy, bucket in metered:
            if bucket.tokens(now) < cost:
                raise self.refusals.refuse(policy, cost, bucket.wait(cost, now))
        for _, bucket in metered:
            bucket.spend(cost)
