"""`metrics.md`: every number that a process publishes, from where it is published."""

import asyncio

from rustok.app.processes.offline import offline_host
from rustok.app.workers import all_workers
from rustok.telemetry.metrics import Declared, Metrics
from tools.reference.markdown import document, table

INTRODUCTION = """\
What `/metrics` shows, and what is sent by OTLP, where a name ends without `_total`. Where they are
and who may read them is in [telemetry](../telemetry.md). A process shows what it does: one that
only serves has no numbers of consumers, those of Redis or a stream are there where one is used. No
label is a tenant, unless `RUSTOK_TELEMETRY__TENANT_LABEL` asks for it; every set of labels is
bounded."""

GROUPS = {
    "process": "The process",
    "rustok_http": "Requests",
    "rustok_graphql": "GraphQL",
    "rustok_db": "The database",
    "rustok_events": "The event log",
    "rustok_consumer": "Consumers",
}
OTHERS = "Others"


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
    """Every metric of RusToK's own modules."""
    # lazy: Litestar is only loaded where the API is built
    from rustok.app.asgi import asgi

    async with offline_host(only_own=True) as host:
        asgi(host)
        all_workers(host)
        return host.get(Metrics).declared()


def _group(name: str) -> str:
    return next((title for start, title in GROUPS.items() if name.startswith(start)), OTHERS)


def _row(metric: Declared) -> tuple[str, ...]:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"`{metric.name}`", metric.kind, labels or "none", metric.summary
