"""One process's share of a bucket that several use: taken in portions, spent without asking.

A portion is small where little is left and where the process needs little, so that what lies
unspent in the shares stays below 5 % of the quota; what a process did not need it gives back.
"""

from typing import Final

from rustok.core.ratelimits.policy import Quota
from rustok.core.ratelimits.store import Ask, Grant

LIFE_SECONDS: Final = 2.0
"""How long a portion may be spent; the rest goes back."""
LARGEST: Final = 1 / 100
"""A portion's part of the quota at the most."""
OF_THE_REST: Final = 1 / 16
"""A portion's part of what is left at the most."""
STEADY_SECONDS: Final = 0.05
"""Where too little is left, a process asks no sooner again, and for what flows in meanwhile."""
SMALLEST: Final = 1 / 200
"""That is no larger a part of the quota than this."""


class Share:
    """What a process has of one bucket, and what it knows of the rest. Moments are seconds."""

    __slots__ = (
        "_at",
        "_known",
        "_left",
        "_next",
        "_pause_until",
        "_tokens",
        "_until",
        "key",
        "quota",
    )

    def __init__(self, key: bytes, quota: Quota, now: float) -> None:
        self.key = key
        self.quota = quota
        self._tokens = 0
        self._until = now
        self._next = 1
        self._left = float(quota.amount)
        self._at = now
        self._known = False
        self._pause_until = now

    def has(self, cost: int, now: float) -> bool:
        """Whether the portion in hand is enough."""
        return self._tokens >= cost and now < self._until

    def spend(self, cost: int) -> None:
        """Takes tokens out of the portion; whether it has them has been asked before."""
        self._tokens -= cost

    def tokens(self, now: float) -> float:
        """How many there are in all, as far as this process knows."""
        return min(float(self.quota.amount), self._rest(now) + self._tokens)

    def wait(self, cost: int, now: float) -> float:
        """Seconds until asking may help; infinite where it never will.

        The rest was exact when it was told, and only the flow adds to it.
        """
        if cost > self.quota.amount:
            return float("inf")
        if not self._known:
            return 0.0
        missing = cost - self._in_hand(now) - self._rest(now)
        return max(0.0, missing / self.quota.rate, self._pause_until - now)

    def ask(self, cost: int, now: float) -> Ask:
        """What to ask the store for, before it `receives` the answer."""
        hand, back = self._in_hand(now), 0
        if now >= self._until:
            back = self._tokens
            self._next = 1
        least = max(cost - hand, 0)
        return Ask(self.key, self.quota, least, max(least, self._portion(now)), back)

    def receive(self, ask: Ask, grant: Grant, now: float) -> None:
        """Takes what was granted."""
        self._tokens += grant.granted - ask.back
        self._left, self._at, self._known = grant.left, now, True
        if grant.granted:
            self._until = now + LIFE_SECONDS
            self._next = min(2 * max(self._next, grant.granted), self.quota.amount)
        if grant.granted < ask.most:
            self._pause_until = now + STEADY_SECONDS

    def _in_hand(self, now: float) -> int:
        return self._tokens if now < self._until else 0

    def _rest(self, now: float) -> float:
        filled = self._left + max(0.0, now - self._at) * self.quota.rate
        return min(float(self.quota.amount), filled)

    def _portion(self, now: float) -> int:
        """Twice the last one where that was spent in its time, within the bounds."""
        amount = self.quota.amount
        most = min(amount * LARGEST, self._rest(now) * OF_THE_REST)
        steady = min(self.quota.rate * STEADY_SECONDS, amount * SMALLEST)
        return max(1, min(self._next, int(max(most, steady))))
