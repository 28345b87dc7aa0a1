"""Spans of OpenTelemetry, for processes that were started with it."""

import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any


class Tracer:
    """Makes spans under the one that is current."""

    def __init__(self, tracer: Any) -> None:
        self._tracer = tracer

    def span(self, name: str, attributes: Mapping[str, str]) -> AbstractContextManager[object]:
        """A span around a block; an exception that leaves the block is noted on it."""
        found: AbstractContextManager[object] = self._tracer.start_as_current_span(
            name, attributes=attributes
        )
        return found


def tracer(scope: str) -> Tracer | None:
    """A tracer where somebody has set OpenTelemetry up before this process began its work.

    Nothing is loaded for it otherwise: whoever wants traces starts the program by
    `opentelemetry-instrument`, which brings the exporters and reads OTEL_*.
    """
    if "opentelemetry.sdk.trace" not in sys.modules:
        return None
    return Tracer(import_module("opentelemetry.trace").get_tracer(scope))
