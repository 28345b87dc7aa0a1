"""What a stream counts, as metrics."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

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
        labels = ("transport",)
        metrics.gauge(
            "rustok_stream_state",
            "The stream: 1 connected, 0 connecting, -1 refused.",
            lambda: [((transport,), STATES[state()])],
            labels=labels,
        )
        metrics.gauge(
            "rustok_stream_buffered_events",
            "Events from the stream that are kept for consumers.",
            lambda: [((transport,), buffered())],
            labels=labels,
        )
        for name, summary, read in self._totals():
            metrics.count(name, summary, _one(transport, read), labels=labels)
        for name, summary, label, counted in self._by_name():
            metrics.count(name, summary, _each(transport, counted), labels=("transport", label))

    def _totals(self) -> Iterator[tuple[str, str, Callable[[], int]]]:
        yield (
            "rustok_stream_kept_events_total",
            "Events that the stream has kept.",
            lambda: self.kept,
        )
        yield (
            "rustok_stream_too_large_events_total",
            "Events that the stream does not take; consumers read them from PostgreSQL.",
            lambda: self.too_large,
        )
        yield (
            "rustok_stream_received_events_total",
            "Events that came from the stream.",
            lambda: self.received,
        )
        yield (
            "rustok_stream_repeated_events_total",
            "Events that came from the stream more than once.",
            lambda: self.repeated,
        )

    def _by_name(self) -> Iterator[tuple[str, str, str, Counter[str]]]:
        yield (
            "rustok_stream_skipped_messages_total",
            "Messages of the stream that cannot be used, by reason.",
            "reason",
            self.skipped,
        )
        yield (
            "rustok_stream_read_events_total",
            "Events that consumers read from the stream instead of PostgreSQL.",
            "consumer",
            self.given,
        )
        yield (
            "rustok_stream_left_out_total",
            "How often a consumer was sent to PostgreSQL for what follows in a tenant.",
            "consumer",
            self.left_out,
        )


def _one(transport: str, read: Callable[[], int]) -> Callable[[], Iterable[Sample]]:
    return lambda: [((transport,), read())]


def _each(transport: str, counted: Counter[str]) -> Callable[[], Iterable[Sample]]:
    return lambda: [((transport, name), value) for name, value in counted.items()]
