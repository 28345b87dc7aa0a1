"""A collector that keeps failing is left alone: what it would have got is dropped and counted, its
breaker is seen, and no process waits for it at its end."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import httpx
import pytest
from structlog.testing import capture_logs

from rustok.app.telemetry.collectors import guards
from rustok.core.context import Context
from rustok.core.health import HealthChecks, Report
from rustok.core.metrics import ProcessMetrics
from rustok.core.resilience import Breakers
from rustok.telemetry.sending import Destination, Sender
from rustok.testing.databases import TestDatabase
from rustok.testing.live import LiveServer, serving
from tests.telemetry.collector import Collector

BODY = b""
"""A request of OTLP without a span."""
SECONDS = 60.0
ENDS_WITHIN = 15.0
"""What a process is given to end in: less than its limit for a sending, which it does not await."""


class Stand:
    """A sender behind the process's breaker, on a clock that is moved by hand."""

    def __init__(self, collector: Collector) -> None:
        self.now = 0.0
        self.checks = HealthChecks()
        self.breakers = Breakers(ProcessMetrics(), self.checks, lambda: self.now)
        self.sender = Sender(
            Destination(url=f"{collector.endpoint}/v1/traces", headers={}, seconds=0.2), "spans"
        )
        self.sender.guard = guards(self.breakers, ("traces", "metrics"), collector.environment)[
            "traces"
        ]

    @property
    def state(self) -> str:
        [breaker] = self.breakers
        return breaker.state


@pytest.fixture
def stand(collector: Collector) -> Iterator[Stand]:
    found = Stand(collector)
    yield found
    found.sender.close()


def hang(collector: Collector) -> None:
    collector.answers.clear()


def answer_503(collector: Collector) -> None:
    collector.refusals = [(503, {"retry-after": "1"})] * 3


def answer_500(collector: Collector) -> None:
    collector.refusals = [(500, {})] * 3


@pytest.mark.parametrize("fault", [hang, answer_503, answer_500])
async def test_a_collector_that_keeps_failing_is_left_alone_and_tried_again(
    collector: Collector, stand: Stand, fault: Callable[[Collector], None]
) -> None:
    fault(collector)
    with capture_logs() as logs:
        assert [stand.sender.send(BODY) for _ in range(3)] == [False] * 3
        assert stand.state == "open"
        asked = len(collector.headers)
        began = monotonic()
        assert not any(stand.sender.send(BODY) for _ in range(1_000))
        assert monotonic() - began < 1_000 * 0.2 / 10
    assert len(collector.headers) == asked == 3
    assert [log["event"] for log in logs] == ["spans_not_sent", "breaker_opened"]

    report: Report = await stand.checks.report()
    assert report.ready
    assert report.checks["breaker.otlp"].status == "warn"
    assert not report.checks["breaker.otlp"].critical

    stand.now += 30
    assert stand.state == "half-open"
    collector.answers.set()
    collector.refusals.clear()
    assert stand.sender.send(BODY)
    assert stand.state == "closed"


def test_a_probe_that_fails_leaves_it_alone_for_another_while(
    collector: Collector, stand: Stand
) -> None:
    hang(collector)
    for _ in range(3):
        stand.sender.send(BODY)
    stand.now += 30
    assert not stand.sender.send(BODY)
    assert stand.state == "open"
    assert len(collector.headers) == 4


def test_a_collector_that_is_not_there_is_left_alone(collector: Collector) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    nobody = Collector(f"http://127.0.0.1:{port}")
    stand = Stand(nobody)
    assert [stand.sender.send(BODY) for _ in range(3)] == [False] * 3
    stand.sender.close()
    assert stand.state == "open"


def test_a_collector_that_takes_nothing_answers_all_the_same(
    collector: Collector, stand: Stand
) -> None:
    collector.refusals = [(401, {})] * 9
    for _ in range(9):
        assert not stand.sender.send(BODY)
    assert stand.state == "closed"
    assert len(collector.headers) == 9


@pytest.mark.parametrize(
    ("also", "names"),
    [
        ({}, {"otlp"}),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://one:4318/x"}, {"otlp"}),
        (
            {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://two:4318/x"},
            {"otlp.traces", "otlp.metrics"},
        ),
    ],
)
def test_each_server_has_a_breaker_of_its_own(also: dict[str, str], names: set[str]) -> None:
    breakers = Breakers(ProcessMetrics(), HealthChecks())
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://one:4318"} | also
    guards(breakers, ("traces", "metrics"), environ)
    assert {breaker.name for breaker in breakers} == names


async def opened(server: LiveServer, web: httpx.AsyncClient) -> dict[str, str]:
    """Makes requests until the breaker is open; what is told of it then."""
    async with asyncio.timeout(SECONDS):
        while True:
            assert (await web.get("/api/v1/store/products")).status_code == 200
            ready = await web.get(f"{server.url}/health/ready")
            assert ready.status_code == 200
            check: dict[str, str] = ready.json()["checks"]["breaker.otlp"]
            if check["status"] == "warn":
                return check


async def test_a_process_drops_and_tells_and_ends_while_its_collector_hangs(
    database: TestDatabase, tmp_path: Path, collector: Collector, ctx: Context
) -> None:
    hang(collector)
    also = collector.environment | {
        "OTEL_EXPORTER_OTLP_TIMEOUT": "0.2",
        "OTEL_BSP_SCHEDULE_DELAY": "20",
        "OTEL_METRIC_EXPORT_INTERVAL": "100",
    }
    async with (
        serving(database, tmp_path / "home", also=also) as server,
        httpx.AsyncClient(base_url=server.tenant_url(ctx.tenant.slug), timeout=30) as web,
    ):
        check = await opened(server, web)
        assert "tried again in" in check["output"]
        numbers = (await web.get(f"{server.url}/metrics")).text
        assert 'rustok_breaker_state{breaker="otlp"} 2.0' in numbers
        [dropped] = [
            float(line.split()[1])
            for line in numbers.splitlines()
            if line.startswith("rustok_spans_dropped_total")
        ]
        assert dropped > 0
        told = await server.rustok("health")
        assert told.code == 0
        assert "breaker.otlp" in told.output
        began = monotonic()
    assert monotonic() - began < ENDS_WITHIN
    assert collector.spans == []


async def test_a_process_ends_in_time_while_a_sending_hangs(
    database: TestDatabase, tmp_path: Path, collector: Collector, ctx: Context
) -> None:
    hang(collector)
    also = collector.environment | {
        "OTEL_EXPORTER_OTLP_TIMEOUT": "600",
        "OTEL_BSP_SCHEDULE_DELAY": "20",
        "OTEL_METRIC_EXPORT_INTERVAL": "100",
    }
    async with (
        serving(database, tmp_path / "home", also=also) as server,
        httpx.AsyncClient(base_url=server.tenant_url(ctx.tenant.slug), timeout=30) as web,
    ):
        async with asyncio.timeout(SECONDS):
            while len(collector.headers) < 2:  # spans and numbers
                assert (await web.get("/api/v1/store/products")).status_code == 200
        began = monotonic()
    assert monotonic() - began < ENDS_WITHIN
