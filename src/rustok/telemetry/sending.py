"""Sends spans as OpenTelemetry's own exporter does: where to, with what, and how often again."""

from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace.export import SpanExportResult

from rustok.telemetry.encoding import encoded


class SpanSender(OTLPSpanExporter):
    """The exporter with an encoder of ours: its own reads the SDK's spans."""

    def __init__(self, about: Mapping[str, Any]) -> None:
        super().__init__()
        self._about = about

    def export(self, spans: Sequence[Any]) -> SpanExportResult:
        """Sends them, and waits for the answer; a failure is logged."""
        sent = self._client.export(encoded(spans, self._about))
        return SpanExportResult.SUCCESS if sent.success else SpanExportResult.FAILURE
