"""Every breaker of a process, by name: the same for all who share what it stands before."""

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import Final, TypeVar

from rustok.core.health import Degraded, HealthChecks
from rustok.core.metrics import Metrics, Sample
from rustok.core.resilience.breaker import Breaker
from rustok.core.resilience.circuit import Rules, State
from rustok.core.resilience.named import NamedCircuit
from rustok.core.resilience.threads import ThreadBreaker

B = TypeVar("B", bound=NamedCircuit)
NUMBERS: Final[dict[State, int]] = {"closed": 0, "half-open": 1, "open": 2}


class Breakers:
    """Makes breakers, publishes their numbers, and lets `/health` tell of each."""

    def __init__(
        self, metrics: Metrics, checks: HealthChecks, timer: Callable[[], float] = monotonic
    ) -> None:
        self._checks = checks
        self._timer = timer
        self._breakers: dict[str, NamedCircuit] = {}
        metrics.gauge(
            "rustok_breaker_state",
            "Circuit breakers: 0 closed, 1 half-open, 2 open.",
            lambda: self._each(lambda breaker: NUMBERS[breaker.state]),
            labels=("breaker",),
        )
        metrics.count(
            "rustok_breaker_opened_total",
            "How often a circuit breaker opened.",
            lambda: self._each(lambda breaker: breaker.opened),
            labels=("breaker",),
        )
        metrics.count(
            "rustok_breaker_refused_total",
            "Calls that a circuit breaker refused.",
            lambda: self._each(lambda breaker: breaker.refused),
            labels=("breaker",),
        )

    def __iter__(self) -> Iterator[NamedCircuit]:
        return iter(self._breakers.values())

    def named(
        self,
        name: str,
        rules: Rules | None = None,
        *,
        failures: tuple[type[Exception], ...] = (Exception,),
    ) -> Breaker:
        """The breaker of this name; the first who asks for it says how it works."""
        return self._named(Breaker, name, rules, failures)

    def of_threads(
        self,
        name: str,
        rules: Rules | None = None,
        *,
        failures: tuple[type[Exception], ...] = (Exception,),
    ) -> ThreadBreaker:
        """As `named`, for calls of threads."""
        return self._named(ThreadBreaker, name, rules, failures)

    def _named(
        self,
        kind: type[B],
        name: str,
        rules: Rules | None,
        failures: tuple[type[Exception], ...],
    ) -> B:
        """Raises TypeError where the name is that of a breaker of another kind."""
        found = self._breakers.get(name)
        if found is None:
            made = kind(name, rules, failures=failures, timer=self._timer)
            self._breakers[name] = made
            self._checks.add(f"breaker.{name}", lambda: _check(made), critical=False)
            return made
        if not isinstance(found, kind):
            raise TypeError(f"{name} is the name of a {type(found).__name__}")
        return found

    def _each(self, number: Callable[[NamedCircuit], float]) -> Iterable[Sample]:
        return [((breaker.name,), number(breaker)) for breaker in self]


async def _check(breaker: NamedCircuit) -> None:
    if breaker.state == "open":
        raise Degraded(f"open, tried again in {breaker.wait_seconds:.0f} s")
    if breaker.state == "half-open":
        raise Degraded("half-open, being tried")
