"""When a failed event is tried again."""

from datetime import timedelta

from rustok.core.events.subscription import RetryPolicy

_MOST_DOUBLINGS = 62


def delay(policy: RetryPolicy, attempts: int) -> timedelta:
    """The pause after the given number of failed attempts, 1 or more."""
    doublings = min(attempts - 1, _MOST_DOUBLINGS)
    return timedelta(seconds=min(policy.first_seconds * 2**doublings, policy.most_seconds))


class BatchSize:
    """How many events to try in one transaction.

    After a failure smaller and smaller batches find the event that fails; a batch of one names
    it. What may take its whole time limit again goes straight to one.
    """

    FACTOR = 8

    def __init__(self, most: int) -> None:
        self._most = most
        self.value = most

    @property
    def is_full(self) -> bool:
        """Whether nothing has failed lately."""
        return self.value == self._most

    def failed(self, tried: int, *, slow: bool) -> None:
        """A batch of so many events failed."""
        self.value = 1 if slow else max(1, tried // self.FACTOR)

    def succeeded(self) -> None:
        """A batch was applied."""
        self.value = min(self._most, self.value * self.FACTOR)
