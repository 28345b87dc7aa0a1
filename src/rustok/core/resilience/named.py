"""A circuit with a name and a clock, which says what it is and tells of changes."""

from collections.abc import Callable
from math import ceil
from time import monotonic

import structlog

from rustok.core.errors import Unavailable
from rustok.core.resilience.circuit import Circuit, Permit, Rules, State

_log = structlog.get_logger("rustok.resilience")

Listener = Callable[[State], None]


class BreakerOpen(Unavailable):
    """What this needs has kept failing and is left alone for a while: try again later."""

    code = "BREAKER_OPEN"
    title = "Left alone after failures"


class NamedCircuit:
    """What breakers around calls of every kind have in common.

    A call that raises one of `failures` has failed, one that is cancelled counts as neither, any
    other was answered.
    """

    def __init__(
        self,
        name: str,
        rules: Rules | None = None,
        *,
        failures: tuple[type[Exception], ...] = (Exception,),
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self.name = name
        self._circuit = Circuit(rules or Rules())
        self._failures = failures
        self._timer = timer
        self._listeners: list[Listener] = []
        self._known: State = "closed"

    @property
    def state(self) -> State:
        """Closed, open, or half-open: it may be tried."""
        return self._circuit.state(self._timer())

    @property
    def wait_seconds(self) -> float:
        """How long it stays open by itself; 0 where calls may be tried."""
        return self._circuit.wait(self._timer())

    @property
    def opened(self) -> int:
        """How often it opened."""
        return self._circuit.opened

    @property
    def refused(self) -> int:
        """How many calls it refused."""
        return self._circuit.refused

    def listen(self, listener: Listener) -> None:
        """Calls the listener with every state that calls bring about.

        That open became half-open is told by the first call that tries it, not by the clock.
        """
        self._listeners.append(listener)

    def check(self) -> None:
        """Raises BreakerOpen while no call would be let through by the clock; asks for none."""
        if self.state == "open":
            raise self._refusal()

    def _begin(self) -> Permit:
        """The right to one call; raises BreakerOpen."""
        permit = self._circuit.permit(self._timer())
        if permit is None:
            raise self._refusal()
        self._tell()
        return permit

    def _end(self, permit: Permit, error: BaseException | None) -> None:
        """Reports what became of the call."""
        if error is None or (
            isinstance(error, Exception) and not isinstance(error, self._failures)
        ):
            self._circuit.succeeded(permit)
        elif isinstance(error, Exception):
            self._circuit.failed(permit, self._timer())
        else:
            self._circuit.given_up(permit)
        self._tell(error)

    def _tell(self, error: BaseException | None = None) -> None:
        state = self.state
        if state == self._known:
            return
        self._known = state
        if state == "open":
            _log.warning("breaker_opened", breaker=self.name, error=type(error).__name__)
        elif state == "closed":
            _log.info("breaker_closed", breaker=self.name)
        for listener in self._listeners:
            listener(state)

    def _refusal(self) -> BreakerOpen:
        seconds = max(1, ceil(self.wait_seconds))
        return BreakerOpen(f"{self.name} keeps failing.", retry_after=seconds)
