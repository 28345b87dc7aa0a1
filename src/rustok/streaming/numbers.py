"""What a stream counts, as metrics."""

from collections import Counter
from collections.abc import Callable, Iterable

from rustok.core.events.transport import StreamState
from rustok.core.metrics import Metrics, Sample

STATES: dict[StreamState, int] = {"refused": -1, "connecting": 0, "connected": 1}


class StreamNumbers:
    """Plain integers of one transport, read when somebody looks."""

    def __init__(self) -> None:
        self.kept = 0
        """Events that the stream said it has kept, repeated ones included."""
        self.too_large = 0
        """Events that are larger than the stream takes."""
        self.received = 0
        """Events that came, skipped ones not included."""
        self.repeated = 0
        """Events that had come before."""
        self.skipped: Counter[str] = Counter()
        """Messages that cannot be used, by the code of the reason."""
        self.given: Counter[str] = Counter()
        """Events that consumers read, by consumer."""
        self.left_out: Counter[str] = Counter()
        """How often a consumer was sent to PostgreSQL, by consumer."""

    def publish(
        self,
        metrics: Metrics,
        transport: str,
        *,
        state: Callable[[], StreamState],
        buffered: Callable[[], int],
    ) -> None:
        """Makes metrics of them."""

        def one(read: Callable[[], float]) -> Callable[[], Iterable[Sample]]:
            return lambda: [((transport,), read())]

        def each(counted: Counter[str]) -> Callable[[], Iterable[Sample]]:
            return lambda: [((transport, name), value) for name, value in counted.items()]

        labels = ("transport",)
        metrics.gauge(
            "rustok_stream_state",
            "The stream: 1 connected, 0 connecting, -1 refused.",
            one(lambda: STATES[state()]),
            labels=labels,
        )
        metrics.gauge(
            "rustok_stream_buffered_events",
            "Events from the stream that are kept for consumers.",
            one(buffered),
            labels=labels,
        )
        metrics.count(
            "rustok_stream_kept_events_total",
            "Events that the stream has kept.",
            one(lambda: self.kept),
            labels=labels,
        )
        metrics.count(
            "rustok_stream_too_large_events_total",
            "Events that the stream does not take; consumers read them from PostgreSQL.",
            one(lambda: self.too_large),
            labels=labels,
        )
        metrics.count(
            "rustok_stream_received_events_total",
            "Events that came from the stream.",
            one(lambda: self.received),
            labels=labels,
        )
        metrics.count(
            "rustok_stream_repeated_events_total",
            "Events that came from the stream more than once.",
            one(lambda: self.repeated),
            labels=labels,
        )
        metrics.count(
            "rustok_stream_skipped_messages_total",
            "Messages of the stream that cannot be used, by reason.",
            each(self.skipped),
            labels=("transport", "reason"),
        )
        metrics.count(
            "rustok_stream_read_events_total",
            "Events that consumers read from the stream instead of PostgreSQL.",
            each(self.given),
            labels=("transport", "consumer"),
        )
        metrics.count(
            "rustok_stream_left_out_total",
            "How often a consumer was sent to PostgreSQL for what follows in a tenant.",
            each(self.left_out),
            labels=("transport", "consumer"),
        )
