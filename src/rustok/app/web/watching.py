"""What is known of GraphQL operations afterwards: numbers by name, slow ones, spans of I/O."""

from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from typing import Any, Final

import structlog

from rustok import gql
from rustok.app.web.settings import GraphQLSettings
from rustok.telemetry.metrics import Histogram, Metrics, Sample
from rustok.telemetry.tracing import Tracer

UNNAMED: Final = "(unnamed)"
OTHER: Final = "(other)"
LONGEST_NAME: Final = 100
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_log = structlog.get_logger("rustok.graphql")
_NO_SPAN = nullcontext()


class OperationNames:
    """The names that operations are counted under: the first that come with a valid operation.

    Clients choose names, so there is an end to them: the rest are OTHER.
    """

    def __init__(self, most: int) -> None:
        self._names: set[str] = set()
        self._most = most

    def of(self, name: str) -> str:
        """The name itself, or the one for all that have none of their own."""
        if name in self._names:
            return name
        if not name:
            return UNNAMED
        if len(self._names) >= self._most or len(name) > LONGEST_NAME:
            return OTHER
        self._names.add(name)
        return name


class OperationWatch:
    """Implements the observer of the engine and the tally of kept answers."""

    def __init__(self, metrics: Metrics, settings: GraphQLSettings, tracer: Tracer | None) -> None:
        self._names = OperationNames(settings.operation_names)
        self._slow_seconds = settings.slow_seconds
        self._tracer = tracer
        self._outcomes: Counter[tuple[str, str]] = Counter()
        self._costs: Counter[str] = Counter()
        self._errors: Counter[tuple[str, str]] = Counter()
        self._kept: Counter[tuple[str, str]] = Counter()
        self._seconds = metrics.histogram(
            "rustok_graphql_operation_seconds",
            "How long operations ran that were run, by name.",
            labels=("operation",),
            buckets=BUCKETS,
        )
        self._timers: dict[str, Histogram] = {}
        self._publish(metrics)

    def _publish(self, metrics: Metrics) -> None:
        metrics.count(
            "rustok_graphql_operations_total",
            "Operations by name and outcome: ok, failed in part or whole, or refused unrun.",
            lambda: self._outcomes.items(),
            labels=("operation", "outcome"),
        )
        metrics.count(
            "rustok_graphql_cost_total",
            "What the operations that ran cost by the schema's @cost.",
            lambda: _labelled(self._costs),
            labels=("operation",),
        )
        metrics.count(
            "rustok_graphql_errors_total",
            "Errors in answers, by operation and code.",
            lambda: self._errors.items(),
            labels=("operation", "code"),
        )
        metrics.count(
            "rustok_graphql_public_responses_total",
            "Public queries answered from what was kept (hit), and those that had to run (miss).",
            lambda: self._kept.items(),
            labels=("operation", "result"),
        )

    def publish_counts(self, metrics: Metrics, engine: gql.Engine) -> None:
        """Publishes what generated code was not enough for."""
        counts = engine.counts
        metrics.count(
            "rustok_graphql_careful_values_total",
            "Values that graphql-core completed, because generated code did not know them.",
            lambda: [((), counts.careful)],
        )
        metrics.count(
            "rustok_graphql_uncompiled_total",
            "Operations that graphql-core ran whole, by the reason.",
            lambda: _labelled(counts.uncompiled),
            labels=("reason",),
        )

    def resolving(self, info: Any) -> AbstractContextManager[object]:
        """A span around what a resolver waits for."""
        if self._tracer is None:
            return _NO_SPAN
        parent, field = info.parent_type.name, info.field_name
        attributes = {"graphql.field.parent": parent, "graphql.field.name": field}
        return self._tracer.span(f"graphql.resolve {parent}.{field}", attributes)

    def ran(self, granted: gql.Granted, result: gql.Result, seconds: float) -> None:
        """Counts an operation that has run, and logs one that took long."""
        name = self.name(granted)
        self._outcomes[(name, "failed" if result.errors else "ok")] += 1
        self._costs[name] += granted.cost
        timer = self._timers.get(name)
        if timer is None:
            timer = self._timers[name] = self._seconds.labels(name)
        timer.observe(seconds)
        self._count_errors(name, result)
        if seconds >= self._slow_seconds:
            _log_slow(name, granted, seconds)

    def refused(self, operation: gql.Operation, result: gql.Result) -> None:
        """Counts an operation that was not run; nobody vouches for its name."""
        name = OTHER if operation.operation_name else UNNAMED
        self._outcomes[(name, "refused")] += 1
        self._count_errors(name, result)

    def name(self, granted: gql.Granted) -> str:
        """The name that a valid operation is counted under."""
        return self._names.of(granted.prepared.name)

    def kept(self, name: str) -> None:
        """Counts an answer that was given again."""
        self._kept[(name, "hit")] += 1

    def missed(self, name: str) -> None:
        """Counts a public query that had to be run."""
        self._kept[(name, "miss")] += 1

    def _count_errors(self, name: str, result: gql.Result) -> None:
        for problem in result.errors:
            self._errors[(name, problem.code)] += 1


def _labelled(counts: Counter[str]) -> Iterable[Sample]:
    return [((label,), count) for label, count in counts.items()]


def _log_slow(name: str, granted: gql.Granted, seconds: float) -> None:
    source = granted.prepared.request.operation.loc
    digest = (
        sha256(source.source.body.encode("utf-8", "surrogatepass")).hexdigest() if source else ""
    )
    known = {"operation": name, "document": digest, "cost": granted.cost}
    _log.warning("operation_slow", **known, milliseconds=round(1000 * seconds, 1))
    plan = granted.plan
    _log.debug("operation_plan", **known, plan=plan if isinstance(plan, str) else plan.source)
