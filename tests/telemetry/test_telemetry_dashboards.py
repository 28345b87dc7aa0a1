"""What dashboards, alerts and the reference name is there in a platform that runs."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import httpx
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from rustok.app.asgi import asgi
from rustok.app.bootstrap import open_host
from rustok.app.pressure.watch import TENANT
from rustok.app.settings import load
from rustok.app.telemetry.running import telling
from rustok.app.workers import all_workers
from rustok.core.modules.lifecycle import State
from rustok.core.pressure.reading import PLATFORM
from rustok.telemetry.metrics import Declared, Metrics
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantCreate
from rustok.testing.databases import SECRET, TestDatabase
from rustok.testing.http import client_of
from tests.telemetry.promql import NotPromQL, Selector, selectors

ROOT = Path(__file__).resolve().parents[2]
OF_PROMETHEUS = {"up": {"job", "instance"}}
OF_TARGETS = {"job", "instance"}
VALUES = {
    "status": {"none", "1xx", "2xx", "3xx", "4xx", "5xx"},
    "state": set(get_args(State)),
    "result": {"hit", "miss", "stale", "error"},
    "job": {"rustok"},
    "scope": {PLATFORM, TENANT},
}
EVERYTHING = {
    "RUSTOK_EVENTS_TRANSPORT": "memory",
    "RUSTOK_RATE_LIMITS__ADDRESS": "1000/60",
    "RUSTOK_RATE_LIMITS__STORE": "postgres",
    "RUSTOK_TELEMETRY__TENANT_LABEL": "true",
}
"""Whatever a stream is, its numbers are the same."""
PROMTOOL = shutil.which("promtool")
REPLICA = "postgresql://nobody@127.0.0.1:1/none"
"""One that does not answer has numbers too."""


class Rule(msgspec.Struct, forbid_unknown_fields=True, rename={"for_": "for"}):
    """An alert."""

    alert: str
    expr: str
    labels: dict[str, str]
    annotations: dict[str, str]
    for_: str = ""


class Group(msgspec.Struct, forbid_unknown_fields=True):
    """Alerts that are evaluated together."""

    name: str
    rules: list[Rule]


class RuleFile(msgspec.Struct, forbid_unknown_fields=True):
    """A file of rules."""

    groups: list[Group]


def alerts() -> list[Rule]:
    text = (ROOT / "deploy/prometheus/alerts.yml").read_bytes()
    return [
        rule for group in msgspec.yaml.decode(text, type=RuleFile).groups for rule in group.rules
    ]


def dashboard() -> Any:
    return json.loads((ROOT / "deploy/grafana/rustok.json").read_text())


def panels() -> Iterator[tuple[str, str, str]]:
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"], target["legendFormat"]


class Running(msgspec.Struct, frozen=True):
    """What a running platform shows."""

    names: dict[str, str]
    labels: dict[str, set[str]]
    declared: list[Declared]


@pytest.fixture
async def running(database: TestDatabase) -> Running:
    """The API and all workers in this process, with all that has numbers, after some requests."""
    environ = {"SECRET_KEY": SECRET} | EVERYTHING
    config = load(environ, database.modules)
    urls = msgspec.structs.replace(database.urls, replica=REPLICA)
    async with open_host(config, database.modules, urls, SECRET, workers=True) as host:
        application = asgi(host)
        given = TenantCreate(slug="acme", name="Acme", currency="EUR")
        tenant = await host.get(TenantService).create(given)
        stopping = asyncio.Event()
        workers = all_workers(host)
        await workers.settle()
        async with telling(host, "run"), client_of(application, tenant) as client:
            working = asyncio.create_task(workers.run(stopping))
            await client.get("/api/v1/store/products")
            await client.post("/graphql", json={"query": "query Some { products { totalCount } }"})
            shown = await client.get("http://localhost/metrics")
            stopping.set()
            await working
        return read(shown, host.get(Metrics).declared())


def read(shown: httpx.Response, declared: list[Declared]) -> Running:
    names: dict[str, str] = {}
    labels: dict[str, set[str]] = {each.name: set(each.labels) for each in declared}
    for family in text_string_to_metric_families(shown.text):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        names[name] = family.type
        for sample in family.samples:
            labels.setdefault(name, set())
            assert set(sample.labels) - {"le"} == labels[name], sample
    return Running(names, labels, declared)


def problems(selector: Selector, running: Running) -> Iterator[str]:
    """What of a selector is not there."""
    name, extra = selector.metric, set(OF_TARGETS)
    if name in OF_PROMETHEUS:
        return
    for suffix in ("_bucket", "_sum", "_count"):
        base = name.removesuffix(suffix)
        if base != name and running.names.get(base) == "histogram":
            name = base
            extra |= {"le"} if suffix == "_bucket" else set()
    if name not in running.names or (
        running.names[name] == "histogram" and name == selector.metric
    ):
        yield f"no metric {selector.metric}"
        return
    for label in (selector.labels.keys() | selector.grouped) - extra - running.labels[name]:
        yield f"{name} has no label {label}"
    for label, text in selector.labels.items():
        for value in text.split("|"):
            if value not in VALUES[label]:
                yield f"{label} is never {value}"


async def test_the_dashboard_shows_what_there_is(running: Running) -> None:
    found = [
        f"{title}: {problem}"
        for title, expression, _ in panels()
        for selector in selectors(expression)
        for problem in problems(selector, running)
    ]
    assert found == []


def test_legends_name_labels_that_results_have() -> None:
    wrong = [
        (title, legend)
        for title, expression, legend in panels()
        for part in legend.split("{{")[1:]
        if part.partition("}}")[0] not in selectors(expression)[0].grouped
    ]
    assert wrong == []
    identifiers = [panel["id"] for panel in dashboard()["panels"]]
    assert len(identifiers) == len(set(identifiers))


async def test_alerts_look_at_what_there_is(running: Running) -> None:
    found = [
        f"{rule.alert}: {problem}"
        for rule in alerts()
        for selector in selectors(rule.expr)
        for problem in problems(selector, running)
    ]
    assert found == []


def test_every_alert_says_how_bad_it_is_and_is_explained() -> None:
    guide = (ROOT / "docs/telemetry.md").read_text()
    for rule in alerts():
        assert rule.labels["severity"] in {"warning", "critical"}
        assert rule.annotations["summary"]
        assert f"`{rule.alert}`" in guide


@pytest.mark.skipif(PROMTOOL is None, reason="promtool, of Prometheus, is not installed")
def test_prometheus_itself_takes_every_rule_and_every_expression(tmp_path: Path) -> None:
    recorded = [
        {"record": f"panel:{number}", "expr": expression.replace("$__rate_interval", "5m")}
        for number, (_, expression, _) in enumerate(panels())
    ]
    shown = tmp_path / "panels.yml"
    shown.write_bytes(msgspec.yaml.encode({"groups": [{"name": "panels", "rules": recorded}]}))
    finished = subprocess.run(
        [str(PROMTOOL), "check", "rules", str(ROOT / "deploy/prometheus/alerts.yml"), str(shown)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout
    assert f"{len(alerts())} rules found" in finished.stdout
    assert f"{len(recorded)} rules found" in finished.stdout


async def test_every_metric_is_in_the_reference_and_says_what_it_means(running: Running) -> None:
    page = (ROOT / "docs/reference/metrics.md").read_text()
    shown = [each for each in running.declared if not is_foreign(each)]
    missing = [each.name for each in shown if f"| `{each.name}` | {each.kind} |" not in page]

    assert missing == []
    assert {each.name for each in running.declared} == running.names.keys()
    assert [each.name for each in running.declared if not each.summary.endswith(".")] == []


def is_foreign(metric: Declared) -> bool:
    """Whether a module of somebody else publishes it."""
    return not metric.name.startswith(("rustok_", "process_"))


@pytest.mark.parametrize(
    "expression",
    [
        "sum(rate(x[5m])",
        "sum(rate(x[5x]))",
        "frobnicate(x)",
        "x{a=b}",
        'x{"a"="b"}',
        "sum by (le)",
        "1 + 1",
        "x y ~ z",
        "sum}x{",
    ],
)
def test_what_is_not_promql_is_noticed(expression: str) -> None:
    with pytest.raises(NotPromQL):
        selectors(expression)


def test_what_an_expression_reads_is_known() -> None:
    read_ = selectors('sum by (a, le) (rate(x_bucket{b="1", c=~"2|3"}[5m])) / max(y)')
    assert [(each.metric, each.labels) for each in read_] == [
        ("x_bucket", {"b": "1", "c": "2|3"}),
        ("y", {}),
    ]
    assert read_[0].grouped == {"a", "le"}


async def test_what_is_not_there_is_noticed(running: Running) -> None:
    def of(expression: str) -> list[str]:
        return [each for one in selectors(expression) for each in problems(one, running)]

    assert of("rustok_nothing_total") == ["no metric rustok_nothing_total"]
    assert of("rustok_http_request_seconds") == ["no metric rustok_http_request_seconds"]
    assert of("sum by (le) (rustok_http_request_seconds_sum)") == [
        "rustok_http_request_seconds has no label le"
    ]
    assert of('rustok_module_state{state="unwell"}') == ["state is never unwell"]
