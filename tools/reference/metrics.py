"""`metrics.md`: every number that a process publishes, from where it is published."""

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path

import rustok
from rustok.app.processes.offline import offline_host
from rustok.app.workers import all_workers
from rustok.telemetry.metrics import Declared, Kind, Metrics
from tools.reference.markdown import document, table

INTRODUCTION = """\
What `/metrics` shows, and what is sent by OTLP, where a name ends without `_total`. Where they are
and who may read them is in [telemetry](../telemetry.md). A process shows what it does: one that
only serves has no numbers of consumers, those of Redis or a stream are there where one is used. No
label is a tenant, unless `RUSTOK_TELEMETRY__TENANT_LABEL` asks for it; every set of labels is
bounded."""

GROUPS = {
    "process": "The process",
    "rustok_event_loop": "The event loop",
    "rustok_http": "Requests",
    "rustok_graphql": "GraphQL",
    "rustok_db": "The database",
    "rustok_events": "The event log",
    "rustok_consumer": "Consumers",
    "rustok_back_pressure": "Back-pressure",
    "rustok_rate_limit": "Rate limits",
    "rustok_breaker": "Circuit breakers",
    "rustok_cache": "Caches",
    "rustok_stream": "The stream",
    "rustok_publish": "The publisher",
    "rustok_replica": "The replica",
    "rustok_spans": "Traces",
    "rustok_tenant": "Tenants, where asked for",
}
OTHERS = "Others"
STREAMED = {"RUSTOK_EVENTS_TRANSPORT": "memory"}
"""Whatever a stream is, its numbers are the same."""
KINDS: dict[str, Kind] = {"count": "counter", "gauge": "gauge", "histogram": "histogram"}


def page() -> str:
    found: dict[str, list[Declared]] = {title: [] for title in (*GROUPS.values(), OTHERS)}
    for metric in asyncio.run(declared()):
        found[_group(metric.name)].append(metric)
    parts = [INTRODUCTION]
    for title, metrics in found.items():
        head = ["Metric", "Kind", "Labels", "Meaning"]
        parts += [f"## {title}", table(head, map(_row, metrics))]
    return document("Metrics", *parts)


async def declared() -> list[Declared]:
    """Every metric of RusToK's own modules: those that a process by default has, then those that
    only some have, as they are written in the code."""
    # lazy: Litestar is only loaded where the API is built
    from rustok.app.asgi import asgi

    async with offline_host(only_own=True, environ=STREAMED) as host:
        asgi(host)
        all_workers(host)
        found = {metric.name: metric for metric in host.get(Metrics).declared()}
    others = {metric.name: metric for metric in written() if metric.name not in found}
    return sorted((found | others).values())


def written() -> Iterator[Declared]:
    """The metrics whose name and summary are plain texts in a call."""
    for path in sorted(Path(rustok.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="count" | "gauge" | "histogram" as kind),
                    args=[
                        ast.Constant(value=str(name)),
                        ast.Constant(value=str(text)),
                        *_,
                    ],
                ) if name.startswith("rustok_"):
                    yield Declared(name, KINDS[kind], text, _labels(node, tree))


def _labels(call: ast.Call, tree: ast.Module) -> tuple[str, ...]:
    value = next((each.value for each in call.keywords if each.arg == "labels"), None)
    if isinstance(value, ast.Name):
        value = _assigned(value.id, tree)
    return () if value is None else tuple(ast.literal_eval(value))


def _assigned(name: str, tree: ast.Module) -> ast.expr | None:
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                return value
            case ast.AnnAssign(target=ast.Name(id=found), value=value) if found == name:
                return value
    return None


def _group(name: str) -> str:
    return next((title for start, title in GROUPS.items() if name.startswith(start)), OTHERS)


def _row(metric: Declared) -> tuple[str, ...]:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"`{metric.name}`", metric.kind, labels or "none", metric.summary
