"""A collector as OTLP over HTTP describes it: takes protobuf, keeps what it was sent."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Span(msgspec.Struct, frozen=True):
    """A span as it was sent; ids are hexadecimal, `process` is what sent it."""

    process: str
    service: str
    trace: str
    id: str
    parent: str
    name: str
    kind: int
    links: tuple[str, ...]
    attributes: dict[str, Any]


class Point(msgspec.Struct, frozen=True):
    """A number as it was sent; of a distribution, how many values it has."""

    process: str
    kind: str
    labels: dict[str, str]
    value: float


class Collector:
    """What was sent to it so far."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.spans: list[Span] = []
        self.points: dict[str, list[Point]] = {}
        self.headers: list[dict[str, str]] = []
        self.refusals: list[tuple[int, dict[str, str]]] = []
        """How the next requests are answered: a status and headers each."""
        self.answers = threading.Event()
        """While it is not set, requests are read and not answered."""
        self.answers.set()

    @property
    def environment(self) -> dict[str, str]:
        """Variables that have a process send everything here."""
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.endpoint}

    def of_trace(self, trace: str) -> list[Span]:
        """The spans of one trace."""
        return [span for span in self.spans if span.trace == trace]

    def take(self, path: str, body: bytes) -> None:
        """Keeps what a request holds; raises what the decoder raises."""
        if path == "/v1/traces":
            self._take_spans(ExportTraceServiceRequest.FromString(body))
        elif path == "/v1/metrics":
            self._take_points(ExportMetricsServiceRequest.FromString(body))
        else:
            raise LookupError(path)

    def _take_spans(self, sent: Any) -> None:
        for of_resource in sent.resource_spans:
            about = _attributes(of_resource.resource)
            for of_scope in of_resource.scope_spans:
                for span in of_scope.spans:
                    self.spans.append(
                        Span(
                            process=about["rustok.process"],
                            service=about["service.name"],
                            trace=span.trace_id.hex(),
                            id=span.span_id.hex(),
                            parent=span.parent_span_id.hex(),
                            name=span.name,
                            kind=span.kind,
                            links=tuple(link.span_id.hex() for link in span.links),
                            attributes=_attributes(span),
                        )
                    )

    def _take_points(self, sent: Any) -> None:
        for of_resource in sent.resource_metrics:
            process = _attributes(of_resource.resource)["rustok.process"]
            for of_scope in of_resource.scope_metrics:
                for metric in of_scope.metrics:
                    kind = metric.WhichOneof("data")
                    for point in getattr(metric, kind).data_points:
                        value = point.count if kind == "histogram" else point.as_double
                        found = Point(process, kind, _attributes(point), value)
                        self.points.setdefault(metric.name, []).append(found)


def _attributes(thing: Any) -> dict[str, Any]:
    return {
        each.key: getattr(each.value, each.value.WhichOneof("value")) for each in thing.attributes
    }


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a free port of this machine, for the duration of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            collector.headers.append({name.lower(): text for name, text in self.headers.items()})
            if not collector.answers.is_set():
                collector.answers.wait()
                self.close_connection = True  # who has asked is long gone
                return
            status, also = collector.refusals.pop(0) if collector.refusals else (200, {})
            if status == 200:
                collector.take(self.path, body)
            self.send_response(status)
            for name, text in also.items():
                self.send_header(name, text)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield collector
        finally:
            collector.answers.set()
            server.shutdown()
            thread.join()
