"""Circuit breakers: what keeps failing is left alone for a while, and tried again with care."""

from rustok.core.resilience.breaker import Breaker
from rustok.core.resilience.breakers import Breakers
from rustok.core.resilience.circuit import Circuit, Permit, Rules, State
from rustok.core.resilience.named import BreakerOpen, NamedCircuit
from rustok.core.resilience.threads import ThreadBreaker

__all__ = [
    "Breaker",
    "BreakerOpen",
    "Breakers",
    "Circuit",
    "NamedCircuit",
    "Permit",
    "Rules",
    "State",
    "ThreadBreaker",
]
