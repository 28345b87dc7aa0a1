"""Makes the stream of a name."""

from rustok.core.events.transport import StreamUnavailable
from rustok.core.resilience import Breakers
from rustok.streaming.intake import Understanding
from rustok.streaming.memory import MemoryTransport
from rustok.streaming.numbers import StreamNumbers
from rustok.streaming.settings import StreamingSettings
from rustok.streaming.stream import Stream

BREAKER = "stream"


def make(
    name: str,
    settings: StreamingSettings,
    numbers: StreamNumbers,
    understanding: Understanding,
    breakers: Breakers,
) -> Stream:
    """The stream; raises LookupError for a name that is none."""
    if name == "memory":
        return MemoryTransport(settings, numbers, understanding)
    breaker = breakers.named(BREAKER, failures=(StreamUnavailable,))
    if name == "nats":
        # lazy: a client that only those load who use it
        from rustok.streaming.nats.transport import NatsTransport

        return NatsTransport(settings, numbers, understanding, breaker)
    if name == "iggy":
        # lazy: as above
        from rustok.streaming.iggy.transport import IggyTransport

        return IggyTransport(settings, numbers, understanding, breaker)
    raise LookupError(f"there is no stream {name!r}")
