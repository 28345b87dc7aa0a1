"""Spans reach a collector in batches, again where it asks for that, and never stop their makers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from structlog.testing import capture_logs

from rustok.telemetry import encoding
from rustok.telemetry.batches import Batches, BatchSizes
from rustok.telemetry.encoding import EndedSpan
from rustok.telemetry.sending import Destination, Sender, destination
from rustok.telemetry.spans import RecordingProvider, Sampling
from tests.telemetry.collector import Collector

ABOUT = {"service.name": "shop", "rustok.process": "serve"}
ALL = Sampling(ratio=1.0, parents_count=True)
SECONDS = 10.0


def body(*names: str) -> bytes:
    """A request with spans of these names."""
    spans: list[bytes] = []
    provider = RecordingProvider(ALL, lambda _scope, span: spans.append(encoding.ended(span)))
    for name in names:
        provider.get_tracer("test").start_span(name).end()
    return encoding.request(encoding.resource(ABOUT), {"test": b"".join(spans)})


@contextmanager
def sending_to(collector: Collector, **also: Any) -> Iterator[Sender]:
    to = Destination(url=f"{collector.endpoint}/v1/traces", headers={}, **also)
    found = Sender(to, "spans")
    try:
        yield found
    finally:
        found.close()


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_collector_that_is_busy_is_asked_again(collector: Collector, status: int) -> None:
    collector.refusals = [(status, {"retry-after": "0"})]
    with sending_to(collector) as sender:
        sender.send(body("one"))
    assert [span.name for span in collector.spans] == ["one"]
    assert len(collector.headers) == 2


def test_what_a_collector_refuses_is_not_sent_again_and_told_once(collector: Collector) -> None:
    collector.refusals = [(400, {}), (400, {})]
    with capture_logs() as logs, sending_to(collector) as sender:
        for name in ("one", "two", "three"):
            sender.send(body(name))
    assert [span.name for span in collector.spans] == ["three"]
    assert len(collector.headers) == 3
    assert [(log["event"], log["error"]) for log in logs] == [("spans_not_sent", "status 400")]


def test_a_wait_that_is_longer_than_the_limit_is_none(collector: Collector) -> None:
    collector.refusals = [(503, {"retry-after": "3600"})]
    with sending_to(collector) as sender:
        sender.send(body("one"))
        sender.send(body("two"))
    assert [span.name for span in collector.spans] == ["two"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/v1/traces", "collector:4318", "http://"])
def test_a_collector_that_cannot_be_reached_costs_the_spans_alone(url: str) -> None:
    sender = Sender(Destination(url=url, headers={}, seconds=0.05), "spans")
    with capture_logs() as logs:
        sender.send(body("one"))
    sender.close()
    assert [log["event"] for log in logs] == ["spans_not_sent"]


@pytest.mark.parametrize(
    ("scheme", "also"),
    [
        ("http", {"headers": {"x-key": "a\nb"}}),
        ("https", {"headers": {}, "ca_file": "/nowhere/ca.pem"}),
        ("https", {"headers": {}}),
    ],
)
def test_what_cannot_be_sent_so_costs_the_spans_alone(
    collector: Collector, scheme: str, also: dict[str, Any]
) -> None:
    url = collector.endpoint.replace("http", scheme, 1)
    sender = Sender(Destination(url=url, seconds=0.2, **also), "spans")
    with capture_logs() as logs:
        sender.send(body("one"))
    sender.close()
    assert [log["event"] for log in logs] == ["spans_not_sent"]


def test_headers_and_compression_are_as_asked_for(collector: Collector) -> None:
    with sending_to(collector, compression="gzip") as sender:
        sender.send(body("one"))
    assert collector.headers[0]["content-encoding"] == "gzip"
    assert collector.headers[0]["content-type"] == "application/x-protobuf"
    assert [span.name for span in collector.spans] == ["one"]


def test_where_to_is_what_the_variables_say() -> None:
    shared = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318/",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-key=open%20sesame,x-tenant=one",
        "OTEL_EXPORTER_OTLP_TIMEOUT": "3",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
        "OTEL_EXPORTER_OTLP_CERTIFICATE": "/ca.pem",
    }
    assert destination(shared, "traces") == Destination(
        url="http://collector:4318/v1/traces",
        headers={"x-key": "open sesame", "x-tenant": "one"},
        seconds=3.0,
        compression="gzip",
        ca_file="/ca.pem",
    )
    own = {
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://traces/x",
        "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": "none",
        "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "1.5",
    }
    found = destination(shared | own, "traces")
    assert (found.url, found.compression, found.seconds) == ("https://traces/x", None, 1.5)
    assert destination(shared | own, "metrics").url == "http://collector:4318/v1/metrics"


def test_how_much_at_once_is_what_the_variables_say() -> None:
    given = {
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "100",
        "OTEL_BSP_MAX_QUEUE_SIZE": "50",
        "OTEL_BSP_SCHEDULE_DELAY": "250",
    }
    assert BatchSizes.of(given) == BatchSizes(most_at_once=50, most_kept=50, seconds=0.25)
    assert BatchSizes.of({}) == BatchSizes()


def span(number: int) -> EndedSpan:
    return bytes(16), number.to_bytes(8, "big"), None, 1, 2, b"", {"number": number}, False


def request(*numbers: int) -> bytes:
    spans = b"".join(encoding.ended(span(number)) for number in numbers)
    return encoding.request(b"", {"test": spans})


class Sink:
    """Takes batches one by one, when it is let."""

    def __init__(self) -> None:
        self.arrives = True
        self.batches: list[bytes] = []
        self.is_open = threading.Event()
        self.took = threading.Event()

    def send(self, batch: bytes) -> bool:
        self.took.set()
        assert self.is_open.wait(SECONDS)
        if self.arrives:
            self.batches.append(batch)
        return self.arrives


def test_whole_batches_are_sent_at_once_and_the_rest_at_the_end() -> None:
    sink = Sink()
    sink.is_open.set()
    batches = Batches(sink.send, b"", BatchSizes(most_at_once=3, most_kept=9, seconds=60.0))
    for number in range(4):
        batches.take("test", span(number))
    assert sink.took.wait(SECONDS)
    batches.close(SECONDS)
    assert sink.batches == [request(0, 1, 2), request(3)]


def test_few_spans_are_sent_when_their_time_has_come() -> None:
    sink = Sink()
    sink.is_open.set()
    batches = Batches(sink.send, b"", BatchSizes(seconds=0.001))
    batches.take("test", span(0))
    assert sink.took.wait(SECONDS)
    batches.close(SECONDS)
    assert sink.batches == [request(0)]


def test_what_comes_faster_than_it_can_be_sent_drops_the_oldest() -> None:
    sink = Sink()
    batches = Batches(sink.send, b"", BatchSizes(most_at_once=1, most_kept=3, seconds=60.0))
    batches.take("test", span(0))
    assert sink.took.wait(SECONDS)  # and is kept busy
    for number in range(1, 7):
        batches.take("test", span(number))
    with capture_logs() as logs:
        sink.is_open.set()
        batches.close(SECONDS)
    assert sink.batches == [request(number) for number in (0, 4, 5, 6)]
    assert [(log["event"], log["spans"]) for log in logs] == [("spans_dropped", 3)]


def test_what_does_not_arrive_is_counted_and_told_once() -> None:
    sink = Sink()
    sink.is_open.set()
    sink.arrives = False
    batches = Batches(sink.send, b"", BatchSizes(most_at_once=2, most_kept=8, seconds=60.0))
    with capture_logs() as logs:
        for number in range(5):
            batches.take("test", span(number))
        batches.close(SECONDS)
    assert batches.dropped == 5
    assert [(log["event"], log["spans"]) for log in logs] == [("spans_dropped", 5)]


def test_spans_of_any_thread_arrive_once() -> None:
    sink = Sink()
    sink.is_open.set()
    batches = Batches(sink.send, b"", BatchSizes(most_at_once=7, most_kept=100_000, seconds=0.001))
    provider = RecordingProvider(ALL, batches.take)

    def work(name: str) -> None:
        tracer = provider.get_tracer(name)
        for _ in range(500):
            tracer.start_span(name).end()

    threads = [threading.Thread(target=work, args=(f"worker-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    batches.close(SECONDS)

    spans = [
        span
        for sent in sink.batches
        for of_process in _read(sent).resource_spans
        for of_scope in of_process.scope_spans
        for span in of_scope.spans
        if span.name == of_scope.scope.name
    ]
    assert len(spans) == len({span.span_id for span in spans}) == 2_000


def _read(sent: bytes) -> Any:
    return ExportTraceServiceRequest.FromString(sent)
