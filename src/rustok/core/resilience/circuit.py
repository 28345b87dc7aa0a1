"""The state machine of a circuit breaker: no I/O, the time is passed in as seconds."""

from typing import Literal

import msgspec

State = Literal["closed", "open", "half-open"]


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """When a circuit opens and closes."""

    failures: int = 5
    """So many calls that fail one after the other open it."""
    open_seconds: float = 30.0
    """So long it stays open before it is tried again."""
    probes: int = 3
    """At most so many calls try it at the same time."""
    successes: int = 2
    """So many of them have to succeed; one that fails opens it again."""

    def __post_init__(self) -> None:
        """Raises ValueError for rules by which a circuit would never open or never close."""
        if min(self.failures, self.probes, self.successes) < 1 or self.open_seconds <= 0:
            raise ValueError("a breaker's rules are all above zero")


class Permit(msgspec.Struct, frozen=True, gc=False):
    """The right to one call: `era` is the period between two changes that it was given in."""

    era: int


class Circuit:
    """Closed, open or half-open.

    Whoever is permitted a call reports once what became of it: `succeeded`, `failed`, or `given_up`
    for one that was cancelled and says nothing about the other side. What calls of an earlier era
    report counts for nothing: a success that began before the circuit opened does not close it.

    Time that runs backwards is taken for time that stands still.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.opened = 0
        """How often it opened."""
        self.refused = 0
        """How many calls it refused."""
        self._era = 0
        self._failures = 0
        self._open_until: float | None = None
        self._is_trying = False
        self._probes = 0
        self._successes = 0

    def state(self, now: float) -> State:
        """What it is at this moment: open ends by itself, when its time is over."""
        if self._open_until is None:
            return "closed"
        return "half-open" if self._is_trying or self._is_due(now) else "open"

    def wait(self, now: float) -> float:
        """Seconds until a call may be permitted; 0 where one may be now or at any moment."""
        if self._open_until is None or self._is_trying:
            return 0.0
        return min(max(self._open_until - now, 0.0), self.rules.open_seconds)

    def permit(self, now: float) -> Permit | None:
        """The right to one call, or None where it is refused."""
        if self._open_until is None:
            return Permit(self._era)
        if not self._is_trying and self._is_due(now):
            self._try()
        if self._is_trying and self._probes < self.rules.probes:
            self._probes += 1
            return Permit(self._era)
        self.refused += 1
        return None

    def succeeded(self, permit: Permit) -> None:
        """The call was answered."""
        if not self._returned(permit):
            return
        if self._open_until is None:
            self._failures = 0
            return
        self._successes += 1
        if self._successes >= self.rules.successes:
            self._close()

    def failed(self, permit: Permit, now: float) -> None:
        """The call was not answered, or by nothing but an error."""
        if not self._returned(permit):
            return
        if self._open_until is None:
            self._failures += 1
            if self._failures < self.rules.failures:
                return
        self._open(now)

    def given_up(self, permit: Permit) -> None:
        """The call was cancelled: its probe is free again, and it counts as neither."""
        self._returned(permit)

    def _returned(self, permit: Permit) -> bool:
        """Whether the permit is of this era; its probe is over then."""
        if permit.era != self._era:
            return False
        if self._is_trying:
            self._probes -= 1
        return True

    def _is_due(self, now: float) -> bool:
        return self._open_until is not None and now >= self._open_until

    def _open(self, now: float) -> None:
        self._begin()
        self._open_until = now + self.rules.open_seconds
        self.opened += 1

    def _try(self) -> None:
        self._begin()
        self._is_trying = True

    def _close(self) -> None:
        self._begin()
        self._open_until = None

    def _begin(self) -> None:
        """Another era: nothing that was counted so far counts in it."""
        self._era += 1
        self._is_trying = False
        self._failures = self._probes = self._successes = 0
