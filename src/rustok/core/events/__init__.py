"""Facts that modules publish, and the ports through which they are kept and read."""

from rustok.core.events.event import Event, PendingEvent
from rustok.core.events.fact import Fact, Retention

__all__ = ["Event", "Fact", "PendingEvent", "Retention"]
