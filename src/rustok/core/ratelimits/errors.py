"""What callers are told who ask for more than they may."""

from math import ceil, isinf

from rustok.core.errors import Throttled
from rustok.core.ratelimits.policy import Policy


class RateLimited(Throttled):
    """Too much was asked for in too short a time: wait as long as Retry-After says."""

    code = "RATE_LIMITED"
    title = "Rate limit reached"

    @classmethod
    def by(cls, policy: Policy, cost: int, wait: float) -> "RateLimited":
        """The refusal of what costs so much, where waiting so many seconds would help."""
        quota = policy.quota
        what = f"{quota.amount} {policy.unit} in {quota.seconds} seconds"
        if isinf(wait):
            detail = f"This costs {cost}; {policy.name} has {what} at the most."
            return cls(detail, retry_after=quota.seconds, extra={"policy": policy.name})
        detail = f"The limit of {what} is reached."
        return cls(detail, retry_after=max(1, ceil(wait)), extra={"policy": policy.name})
