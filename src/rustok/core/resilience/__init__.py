"""Circuit breakers: what keeps failing is left alone for a while, and tried again with care."""

from rustok.core.resilience.breaker import Breaker, BreakerOpen
from rustok.core.resilience.breakers import Breakers
from rustok.core.resilience.circuit import Circuit, Permit, Rules, State

__all__ = ["Breaker", "BreakerOpen", "Breakers", "Circuit", "Permit", "Rules", "State"]
