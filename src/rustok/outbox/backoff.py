"""When a failed event is tried again."""

from datetime import timedelta

from rustok.core.events.subscription import RetryPolicy

_MOST_DOUBLINGS = 62


def delay(policy: RetryPolicy, attempts: int) -> timedelta:
    """The pause after the given number of failed attempts, 1 or more."""
    doublings = min(attempts - 1, _MOST_DOUBLINGS)
    return timedelta(seconds=min(policy.first_seconds * 2**doublings, policy.most_seconds))
