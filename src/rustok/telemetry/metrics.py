"""The metrics of one process, in a registry of its own, as Prometheus reads them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

__all__ = ["MEDIA_TYPE", "Histogram", "Metrics", "Sample", "Samples"]

Sample = tuple[Sequence[str], float]
"""The labels' values, and the number."""
Samples = Callable[[], Iterable[Sample]]


class Metrics:
    """Where parts of the platform publish numbers; names begin with `rustok_`.

    What only grows is best counted by its owner as a plain integer and read when somebody looks:
    then counting costs a hot path nothing but the addition. Raises ValueError for a name twice.

    `process` are the numbers of the process that these belong to, and are shown with them: so that
    several applications may be made in one.
    """

    def __init__(self, process: "Metrics | None" = None) -> None:
        self._registry = CollectorRegistry()
        self._process = process

    def count(self, name: str, summary: str, read: Samples, *, labels: Sequence[str] = ()) -> None:
        """A counter whose owner says how far it is; `name` ends with `_total`."""
        self._registry.register(_Read(CounterMetricFamily, name, summary, tuple(labels), read))

    def gauge(self, name: str, summary: str, read: Samples, *, labels: Sequence[str] = ()) -> None:
        """A number that goes up and down, as its owner says."""
        self._registry.register(_Read(GaugeMetricFamily, name, summary, tuple(labels), read))

    def histogram(
        self, name: str, summary: str, *, labels: Sequence[str] = (), buckets: Sequence[float]
    ) -> Histogram:
        """A distribution that is told of each value by `labels(...).observe(value)`."""
        return Histogram(name, summary, labels, buckets=tuple(buckets), registry=self._registry)

    def text(self) -> bytes:
        """Everything at this moment, of MEDIA_TYPE."""
        shared = b"" if self._process is None else self._process.text()
        return shared + generate_latest(self._registry)


class _Read(Collector):
    """Asks the owner of a metric for its samples whenever somebody looks."""

    def __init__(
        self,
        family: type[CounterMetricFamily | GaugeMetricFamily],
        name: str,
        summary: str,
        labels: tuple[str, ...],
        read: Samples,
    ) -> None:
        self._family = family
        self._name = name
        self._summary = summary
        self._labels = labels
        self._read = read

    def _empty(self) -> CounterMetricFamily | GaugeMetricFamily:
        return self._family(self._name, self._summary, labels=self._labels)

    def describe(self) -> Iterable[CounterMetricFamily | GaugeMetricFamily]:
        """The name, so that a second one of it is refused."""
        return [self._empty()]

    def collect(self) -> Iterable[CounterMetricFamily | GaugeMetricFamily]:
        """The samples as they are now."""
        found = self._empty()
        for labels, value in self._read():
            found.add_metric(list(labels), value)
        yield found
