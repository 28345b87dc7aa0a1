"""Sends traces and numbers to a collector by OTLP over HTTP, as OTEL_* say.

OpenTelemetry's SDK takes a quarter of a second to load: only a process that exports pays for it.
"""

import os
from collections.abc import Iterable
from time import time_ns
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias
from uuid import uuid4

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric as Family

from rustok.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from rustok.telemetry.sending import Guard
    from rustok.telemetry.spans import Sending

NAME: Final = "rustok"
FLUSH_SECONDS: Final = 2.5
"""How long a process that ends waits for a collector to take its last spans."""
Resource: TypeAlias = Any
Sampler = Literal[
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
]


def resource(kind: str, version: str) -> Resource:
    """What is told of the process with all that it sends; OTEL_SERVICE_NAME and
    OTEL_RESOURCE_ATTRIBUTES add to it."""
    from opentelemetry.sdk.resources import Resource as Made  # lazy: see the module

    known: dict[str, Any] = {
        "service.version": version,
        "service.instance.id": str(uuid4()),
        "process.pid": os.getpid(),
        "rustok.process": kind,
    }
    named = os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    if not os.environ.get("OTEL_SERVICE_NAME") and "service.name=" not in named:
        known["service.name"] = NAME
    return Made.create(known)


class Traces:
    """Spans of this process, sent in batches by a thread."""

    def __init__(self, about: Resource, sampler: Sampler, ratio: float) -> None:
        # lazy: see the module
        from opentelemetry import trace

        # lazy: as above
        from rustok.telemetry import encoding
        from rustok.telemetry.batches import Batches, BatchSizes
        from rustok.telemetry.sending import Sender, destination
        from rustok.telemetry.spans import RecordingProvider

        sender = Sender(destination(os.environ, "traces"), "spans")
        about_process = encoding.resource(about.attributes)
        batches = Batches(sender.send, about_process, BatchSizes.of(os.environ))
        self._sender = sender
        self._batches = batches
        provider = RecordingProvider(sampling(sampler, ratio), batches.take, self)
        trace.set_tracer_provider(provider)

    @property
    def dropped(self) -> int:
        """How many spans did not reach the collector."""
        return self._batches.dropped

    def guard(self, guard: "Guard") -> None:
        """Has every sending pass the guard from now on."""
        self._sender.guard = guard

    def close(self) -> None:
        """Sends what is left, for at most 2.5 seconds."""
        self._batches.close(FLUSH_SECONDS)
        self._sender.close()


def sent_traces() -> "Sending | None":
    """What sends the spans of this process, where `Traces` were set up."""
    # lazy: see the module
    from opentelemetry import trace

    # lazy: as above
    from rustok.telemetry.spans import RecordingProvider

    provider = trace.get_tracer_provider()
    return provider.sending if isinstance(provider, RecordingProvider) else None


def sampling(name: Sampler, ratio: float) -> Any:
    """What OpenTelemetry's name of a sampler means here."""
    from rustok.telemetry.spans import Sampling  # lazy: see the module

    kind = name.removeprefix("parentbased_")
    known = {"always_on": 1.0, "always_off": 0.0}
    return Sampling(ratio=known.get(kind, ratio), parents_count=kind != name)


class Numbers:
    """The numbers of `/metrics`, sent as they are at the moment."""

    def __init__(self, about: Resource) -> None:
        # lazy: see the module
        from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics

        # lazy: as above
        from rustok.telemetry.sending import Sender, destination

        self._about = about
        self._encode = encode_metrics
        self._sender = Sender(destination(os.environ, "metrics"), "numbers")
        self._began = time_ns()

    def guard(self, guard: "Guard") -> None:
        """Has every sending pass the guard from now on."""
        self._sender.guard = guard

    def gathered(self, metrics: Metrics) -> Any:
        """The numbers as they are, for `send`."""
        from opentelemetry.sdk.metrics import export  # lazy: see the module
        from opentelemetry.sdk.util.instrumentation import InstrumentationScope

        found = [
            made
            for registry in metrics.registries()
            for made in _metrics(registry, self._began, time_ns())
        ]
        scope = export.ScopeMetrics(InstrumentationScope(NAME), found, "")
        return export.MetricsData([export.ResourceMetrics(self._about, [scope], "")])

    def send(self, gathered: Any) -> None:
        """Sends them, and waits for the answer: for a thread. A failure is logged."""
        self._sender.send(self._encode(gathered).SerializeToString())

    def close(self) -> None:
        """Sends nothing any more."""
        self._sender.close()


def _metrics(registry: CollectorRegistry, began: int, now: int) -> Iterable[Any]:
    from opentelemetry.sdk.metrics import export  # lazy: see the module

    cumulative = export.AggregationTemporality.CUMULATIVE
    for family in registry.collect():
        data: Any
        if family.type == "counter":
            points = _points(family, f"{family.name}_total", began, now)
            data = export.Sum(points, cumulative, is_monotonic=True)
        elif family.type == "histogram":
            data = export.Histogram(_distributions(family, began, now), cumulative)
        else:
            data = export.Gauge(_points(family, family.name, began, now))
        if data.data_points:
            yield export.Metric(family.name, family.documentation, "", data)


def _points(family: Family, name: str, began: int, now: int) -> list[Any]:
    from opentelemetry.sdk.metrics.export import NumberDataPoint  # lazy: see the module

    return [
        NumberDataPoint(sample.labels, began, now, sample.value)
        for sample in family.samples
        if sample.name == name
    ]


def _distributions(family: Family, began: int, now: int) -> list[Any]:
    from opentelemetry.sdk.metrics.export import HistogramDataPoint  # lazy: see the module

    series: dict[tuple[tuple[str, str], ...], dict[str, float]] = {}
    for sample in family.samples:
        bound = sample.labels.get("le", sample.name.removeprefix(family.name))
        labels = tuple((name, value) for name, value in sample.labels.items() if name != "le")
        series.setdefault(labels, {})[bound] = sample.value
    found = []
    unknown: Any = None  # nobody keeps the least and the greatest
    for labels, values in series.items():
        count, total = values.pop("_count"), values.pop("_sum")
        values.pop("_created", None)
        bounds = [float(bound) for bound in values if bound != "+Inf"]
        found.append(
            HistogramDataPoint(
                attributes=dict(labels),
                start_time_unix_nano=began,
                time_unix_nano=now,
                count=int(count),
                sum=total,
                bucket_counts=_apart(values.values()),
                explicit_bounds=bounds,
                min=unknown,
                max=unknown,
            )
        )
    return found


def _apart(cumulative: Iterable[float]) -> list[int]:
    """How many values fell into each bucket alone."""
    found, before = [], 0
    for upto in map(int, cumulative):
        found.append(upto - before)
        before = upto
    return found
