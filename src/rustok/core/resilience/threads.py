"""A circuit breaker around calls of threads: `with breaker.calling(): ...`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from time import monotonic

from rustok.core.resilience.circuit import Rules, State
from rustok.core.resilience.named import NamedCircuit


class ThreadBreaker(NamedCircuit):
    """As `Breaker`, for any number of threads, and without an event loop.

    The lock is held for a change of state alone, never while a block runs. Listeners are called
    with it, in the thread that brought the change about.
    """

    def __init__(
        self,
        name: str,
        rules: Rules | None = None,
        *,
        failures: tuple[type[Exception], ...] = (Exception,),
        timer: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(name, rules, failures=failures, timer=timer)
        self._lock = RLock()

    @property
    def state(self) -> State:
        """Closed, open, or half-open: it may be tried."""
        with self._lock:
            return super().state

    @property
    def wait_seconds(self) -> float:
        """How long it stays open by itself; 0 where calls may be tried."""
        with self._lock:
            return super().wait_seconds

    @contextmanager
    def calling(self) -> Iterator[None]:
        """The block that calls; raises BreakerOpen instead, and what the block raises."""
        with self._lock:
            permit = self._begin()
        try:
            yield
        except BaseException as error:
            with self._lock:
                self._end(permit, error)
            raise
        with self._lock:
            self._end(permit, None)
