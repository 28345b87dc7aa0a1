"""What consumers have done in this process."""

from collections import Counter

from rustok.core.metrics import Metrics, Sample, Samples


class ConsumerCounts:
    """Events by consumer: applied, failed, given up on; and how many got their position."""

    def __init__(self) -> None:
        self.applied: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.dead: Counter[str] = Counter()
        self.from_replica: Counter[str] = Counter()
        self.sequenced = 0

    def publish(self, metrics: Metrics) -> None:
        """Makes them metrics of the process."""
        for name, summary, counts in (
            ("rustok_events_consumed_total", "Events that a consumer applied.", self.applied),
            (
                "rustok_events_failed_total",
                "Events that a consumer failed on and will try again.",
                self.failed,
            ),
            ("rustok_events_dead_total", "Events that a consumer gave up on.", self.dead),
            (
                "rustok_events_from_replica_total",
                "Events that a consumer applied by the state that a replica showed.",
                self.from_replica,
            ),
        ):
            metrics.count(name, summary, _samples(counts), labels=("consumer",))
        metrics.count(
            "rustok_events_sequenced_total",
            "Events that got their position from this process.",
            lambda: [((), self.sequenced)],
        )


def _samples(counts: Counter[str]) -> Samples:
    def read() -> list[Sample]:
        return [((consumer,), number) for consumer, number in counts.items()]

    return read
