"""A token bucket: it holds a quota's amount at the most and fills evenly."""

from rustok.core.ratelimits.policy import Quota


class Bucket:
    """Full when it is made. Moments are seconds of one clock; one that runs back stands still."""

    __slots__ = ("_at", "_capacity", "_rate", "_tokens")

    def __init__(self, quota: Quota, now: float) -> None:
        self._capacity = float(quota.amount)
        self._rate = quota.rate
        self._tokens = self._capacity
        self._at = now

    def tokens(self, now: float) -> float:
        """How many there are."""
        if now > self._at:
            self._tokens = min(self._capacity, self._tokens + (now - self._at) * self._rate)
            self._at = now
        return self._tokens

    def spend(self, cost: float) -> None:
        """Takes tokens out; whether there were as many has been asked before."""
        self._tokens -= cost

    def wait(self, cost: float, now: float) -> float:
        """Seconds until there will be as many; infinite where there never will."""
        if cost > self._capacity:
            return float("inf")
        return max(0.0, (cost - self.tokens(now)) / self._rate)
