"""The metrics of one process, in a registry of its own, as Prometheus reads them."""

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Final, Literal, NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.registry import Collector

from rustok.telemetry.light import structlog

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
REFRESH_SECONDS: Final = 2.0
"""How long a scrape waits for numbers that have to be asked for."""

__all__ = [
    "MEDIA_TYPE",
    "Declared",
    "Distribution",
    "Histogram",
    "Kind",
    "Metrics",
    "Sample",
    "Samples",
    "Series",
]

_log = structlog.get_logger("rustok.metrics")

# a series more of each distribution, which says what nobody asks for
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library does not type it

Sample = tuple[Sequence[str], float]
"""The labels' values, and the number."""
Samples = Callable[[], Iterable[Sample]]
Refresh = Callable[[], Awaitable[None]]
Kind = Literal["counter", "gauge", "histogram"]


class Declared(NamedTuple):
    """A metric as its owner has declared it."""

    name: str
    kind: Kind
    summary: str
    labels: tuple[str, ...] = ()


OF_THE_PROCESS: Final = (
    Declared("process_cpu_seconds_total", "counter", "CPU time of the process, in seconds."),
    Declared("process_resident_memory_bytes", "gauge", "Memory in use, in bytes."),
    Declared("process_virtual_memory_bytes", "gauge", "Address space in use, in bytes."),
    Declared("process_start_time_seconds", "gauge", "When the process started, as Unix time."),
    Declared("process_open_fds", "gauge", "Open files and sockets."),
    Declared("process_max_fds", "gauge", "How many files and sockets may be open."),
)
"""What prometheus_client itself publishes of a process."""


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
        self._refreshes: list[Refresh] = []
        self._declared: list[Declared] = []

    def count(self, name: str, summary: str, read: Samples, *, labels: Sequence[str] = ()) -> None:
        """A counter whose owner says how far it is; `name` ends with `_total`."""
        self._registry.register(_Read(CounterMetricFamily, name, summary, tuple(labels), read))
        self._declared.append(Declared(name, "counter", summary, tuple(labels)))

    def gauge(self, name: str, summary: str, read: Samples, *, labels: Sequence[str] = ()) -> None:
        """A number that goes up and down, as its owner says."""
        self._registry.register(_Read(GaugeMetricFamily, name, summary, tuple(labels), read))
        self._declared.append(Declared(name, "gauge", summary, tuple(labels)))

    def histogram(
        self, name: str, summary: str, *, labels: Sequence[str] = (), buckets: Sequence[float]
    ) -> Histogram:
        """A distribution that is told of each value by `labels(...).observe(value)`."""
        made = Histogram(name, summary, labels, buckets=tuple(buckets), registry=self._registry)
        self._declared.append(Declared(name, "histogram", summary, tuple(labels)))
        return made

    def distribution(
        self, name: str, summary: str, *, labels: Sequence[str] = (), buckets: Sequence[float]
    ) -> "Distribution":
        """A histogram for the hottest paths, told of each value in the event loop's thread."""
        made = Distribution(Declared(name, "histogram", summary, tuple(labels)), buckets)
        self._registry.register(made)
        self._declared.append(Declared(name, "histogram", summary, tuple(labels)))
        return made

    def of_the_process(self) -> None:
        """CPU time, memory and open files, under the names that Prometheus's clients share."""
        ProcessCollector(registry=self._registry)
        self._declared.extend(OF_THE_PROCESS)

    def before_reading(self, refresh: Refresh) -> None:
        """Awaits this before numbers are read that have to be asked for; it shares its answers."""
        self._refreshes.append(refresh)

    def declared(self) -> list[Declared]:
        """Every metric there is, by name, whether or not it has numbers yet."""
        shared = [] if self._process is None else self._process.declared()
        return sorted([*shared, *self._declared])

    def text(self) -> bytes:
        """Everything at this moment, of MEDIA_TYPE."""
        shared = b"" if self._process is None else self._process.text()
        return shared + generate_latest(self._registry)

    def registries(self) -> Iterator[CollectorRegistry]:
        """Where the numbers are."""
        if self._process is not None:
            yield from self._process.registries()
        yield self._registry

    async def refresh(self) -> None:
        """Brings what has to be asked for up to date; what does not answer stays as it is."""
        asked = [asyncio.ensure_future(each()) for each in self._all_refreshes()]
        if not asked:
            return
        done, late = await asyncio.wait(asked, timeout=REFRESH_SECONDS)
        for task in late:
            task.cancel()
        for task in done:
            if (error := task.exception()) is not None:
                _log.warning("metrics_not_refreshed", error=type(error).__name__)

    def _all_refreshes(self) -> list[Refresh]:
        shared = [] if self._process is None else self._process._all_refreshes()  # noqa: SLF001  # its own kind
        return [*shared, *self._refreshes]


class Series:
    """The values of one set of labels, as buckets; telling it of one costs two additions."""

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Counts a value."""
        self.counts[bisect_left(self._bounds, value)] += 1
        self.total += value


class Distribution(Collector):
    """A histogram for paths that are too hot for prometheus_client's own; for one thread."""

    def __init__(self, declared: Declared, bounds: Sequence[float]) -> None:
        self._declared = declared
        self._bounds = tuple(bounds)
        self._series: dict[tuple[str, ...], Series] = {}

    def labels(self, *values: str) -> Series:
        """The values of these labels: worth keeping by whoever asks."""
        found = self._series.get(values)
        if found is None:
            found = self._series[values] = Series(self._bounds)
        return found

    def describe(self) -> Iterable[HistogramMetricFamily]:
        """The name, so that a second one of it is refused."""
        return [self._empty()]

    def collect(self) -> Iterable[HistogramMetricFamily]:
        """The buckets as they are now."""
        found = self._empty()
        bounds = [*(str(bound) for bound in self._bounds), "+Inf"]
        for labels, series in self._series.items():
            upto = accumulate(series.counts)
            found.add_metric(labels, list(zip(bounds, upto, strict=True)), series.total)
        yield found

    def _empty(self) -> HistogramMetricFamily:
        name, _, summary, labels = self._declared
        return HistogramMetricFamily(name, summary, labels=labels)


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
        try:
            for labels, value in self._read():
                found.add_metric(list(labels), value)
        except Exception as error:  # noqa: BLE001  # one owner's mistake hides nobody else's numbers
            _log.warning("metric_not_read", metric=self._name, error=repr(error))
        yield found
