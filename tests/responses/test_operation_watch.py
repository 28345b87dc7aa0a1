"""What operations cost is known by name, slow ones are told of, and only I/O has spans."""

import asyncio
import sys
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from rustok import gql
from rustok.app.web.settings import GraphQLSettings
from rustok.app.web.watching import LONGEST_NAME, OTHER, UNNAMED, OperationNames, OperationWatch
from rustok.gql.errors import INTERNAL
from rustok.telemetry import tracing
from rustok.telemetry.metrics import Metrics
from rustok.telemetry.tracing import Tracer

SDL = """
type Item @public { name: String! slow: String! quick: String! }
extend type Query {
  item: Item @public @cost(value: 7)
  broken: String @public
}
"""


async def item(_root: object, _info: object) -> dict[str, str]:
    await asyncio.sleep(0)
    return {"name": "Mug"}


async def slow(_root: object, _info: object) -> str:
    await asyncio.sleep(0)
    return "read"


def quick(_root: object, _info: object) -> str:
    return "known"


def broken(_root: object, _info: object) -> str:
    raise LookupError


def engine(metrics: Metrics, *, tracer: Tracer | None = None, **settings: Any) -> gql.Engine:
    resolvers = gql.Resolvers()
    for place, resolver in {
        ("Query", "item"): item,
        ("Query", "broken"): broken,
        ("Item", "slow"): slow,
        ("Item", "quick"): quick,
    }.items():
        resolvers.field(*place)(resolver)
    schema = gql.compose([gql.Part(name="shop", sdl=SDL, resolvers=resolvers)])
    watch = OperationWatch(metrics, GraphQLSettings(**settings), tracer)
    made = gql.Engine(schema, on_error=lambda *_: None, observer=watch)
    watch.publish_counts(metrics, made)
    return made


async def ask(on: gql.Engine, query: str) -> gql.Result:
    return await on.execute(gql.Operation(query=query), context=None, caller=gql.Caller())


def number(metrics: Metrics, sample: str) -> float:
    lines = metrics.text().decode().splitlines()
    found = [float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{sample} ")]
    return sum(found)


async def test_operations_are_counted_timed_and_priced_by_name() -> None:
    metrics = Metrics()
    on = engine(metrics)
    for query in (
        "query Shown { item { name } }",
        "query Shown { item { name } }",
        "query Failing { broken }",
        "{ item { name } }",
        "query Wrong { nothing }",
    ):
        await ask(on, query)

    operations = "rustok_graphql_operations_total"
    assert number(metrics, f'{operations}{{operation="Shown",outcome="ok"}}') == 2
    assert number(metrics, f'{operations}{{operation="Failing",outcome="failed"}}') == 1
    assert number(metrics, f'{operations}{{operation="{UNNAMED}",outcome="ok"}}') == 1
    assert number(metrics, f'{operations}{{operation="{UNNAMED}",outcome="refused"}}') == 1
    assert number(metrics, 'rustok_graphql_cost_total{operation="Shown"}') == 14
    seconds = "rustok_graphql_operation_seconds_count"
    assert number(metrics, f'{seconds}{{operation="Shown"}}') == 2
    errors = "rustok_graphql_errors_total"
    assert number(metrics, f'{errors}{{code="{INTERNAL}",operation="Failing"}}') == 1


async def test_what_generated_code_was_not_enough_for_is_counted() -> None:
    metrics = Metrics()
    on = engine(metrics)
    on.counts.careful += 3
    on.counts.uncompiled["@defer"] += 2
    assert number(metrics, "rustok_graphql_careful_values_total") == 3
    assert number(metrics, 'rustok_graphql_uncompiled_total{reason="@defer"}') == 2


def test_names_come_to_an_end() -> None:
    names = OperationNames(2)
    assert [names.of(name) for name in ("", "A", "B", "C", "A")] == [UNNAMED, "A", "B", OTHER, "A"]
    assert OperationNames(2).of("x" * (LONGEST_NAME + 1)) == OTHER


@pytest.mark.parametrize(("seconds", "logged"), [(0.0, True), (60.0, False)])
async def test_slow_operations_are_logged_with_their_plan(seconds: float, *, logged: bool) -> None:
    on = engine(Metrics(), slow_seconds=seconds)
    with structlog.testing.capture_logs() as logs:
        await ask(on, "query Shown { item { name } }")
    assert [each["event"] for each in logs] == (
        ["operation_slow", "operation_plan"] if logged else []
    )
    if logged:
        told, shown = logs
        assert (told["operation"], told["cost"], len(told["document"])) == ("Shown", 7, 64)
        assert (told["log_level"], shown["log_level"]) == ("warning", "debug")
        assert "def read_item" in shown["plan"]


async def test_only_what_is_waited_for_has_a_span() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    on = engine(Metrics(), tracer=Tracer(provider.get_tracer("test")))
    await ask(on, "{ item { name slow quick } }")
    spans = exporter.get_finished_spans()
    assert sorted(span.name for span in spans) == [
        "graphql.resolve Item.slow",
        "graphql.resolve Query.item",
    ]
    assert {span.attributes["graphql.field.name"] for span in spans if span.attributes} == {
        "item",
        "slow",
    }


async def test_operations_that_are_not_compiled_have_the_same_spans() -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    on = engine(Metrics(), tracer=Tracer(provider.get_tracer("test")))
    names = "abcde"  # more outcomes than plans are kept for
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    conditional = " ".join(f"{name}: __typename @skip(if: ${name})" for name in names)
    query = f"query ({declared}) {{ {conditional} item {{ name slow quick }} }}"
    for outcome in range(2 ** len(names)):
        variables = {name: bool(outcome >> place & 1) for place, name in enumerate(names)}
        exporter.clear()
        operation = gql.Operation(query=query, variables=variables)
        result = await on.execute(operation, context=None, caller=gql.Caller())
        assert result.data is not None
        assert result.errors == ()
        assert sorted(span.name for span in exporter.get_finished_spans()) == [
            "graphql.resolve Item.slow",
            "graphql.resolve Query.item",
        ]
    assert on.counts.uncompiled.total() > 0


def test_there_are_no_spans_where_nobody_asked_for_any(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(tracing.tracer("test"), Tracer)
    for maker in tracing.RECORDING:
        monkeypatch.delitem(sys.modules, maker, raising=False)
    assert tracing.tracer("test") is None


def test_a_metric_has_one_owner() -> None:
    metrics = Metrics()
    metrics.gauge("rustok_things", "Things.", lambda: [((), 1.0)])
    with pytest.raises(ValueError, match="rustok_things"):
        metrics.gauge("rustok_things", "Things.", lambda: [((), 1.0)])
