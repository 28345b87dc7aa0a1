"""Whatever counts tokens: in this process alone, or shared with others."""

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Protocol, TypeVar

from rustok.core.ratelimits import Policy, RateLimited


class Meter(Protocol):
    """What is known of one subject's tokens."""

    def tokens(self, now: float) -> float:
        """How many there are."""
        ...


M = TypeVar("M", bound=Meter)


class Refusals:
    """Counts refusals by the policy's name."""

    def __init__(self) -> None:
        self.by_policy: Counter[str] = Counter()

    def refuse(self, policy: Policy, cost: int, wait: float) -> RateLimited:
        """The error to raise."""
        self.by_policy[policy.name] += 1
        return RateLimited.by(policy, cost, wait)


class Limiter(Protocol[M]):
    """Counts tokens of subjects."""

    refusals: Refusals

    def __len__(self) -> int:
        """How many subjects are remembered."""
        ...

    def meter(self, policy: Policy, subject: Hashable) -> M:
        """The subject's tokens under the policy."""
        ...

    async def spend(self, metered: Sequence[tuple[Policy, M]], cost: int) -> None:
        """Takes the cost from all or from none; raises RateLimited."""
        ...
