"""Spans of OpenTelemetry, for processes that were started with it."""

import re
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from time import time_ns
from typing import Any, Final, Literal, Protocol

API: Final = "opentelemetry.trace"
RECORDING: Final = ("rustok.telemetry.spans", "opentelemetry.sdk.trace")
"""What makes spans: ours, or the SDK's where somebody else has set it up."""
Kind = Literal["internal", "server", "client", "producer", "consumer"]
Attributes = Mapping[str, str | int | float | bool]

_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
_REFUSED_VERSION: Final = "ff"


class Shape:
    """What many spans have in common: made once and kept by whoever makes the spans."""

    __slots__ = ("attributes", "encoded", "kind", "name")

    def __init__(self, name: str, attributes: Attributes, *, kind: Kind = "internal") -> None:
        self.name = name
        self.attributes = attributes
        self.kind: Kind = kind
        self.encoded: bytes | None = None
        """As it is sent, once that is known."""


class OpenSpan(Protocol):
    """A span that is current from its start to its end, within one task."""

    def close(
        self, shape: Shape, attributes: Attributes, *, failed: BaseException | None = None
    ) -> None:
        """Ends it as what it turned out to be; `failed` is noted on it."""
        ...


class _ForeignSpan:
    """An open span of whoever has set OpenTelemetry up."""

    def __init__(self, span: Any, token: Any, detach: Any) -> None:
        self._span = span
        self._token = token
        self._detach = detach

    def close(
        self, shape: Shape, attributes: Attributes, *, failed: BaseException | None = None
    ) -> None:
        self._detach(self._token)
        span = self._span
        if span.is_recording():
            span.update_name(shape.name)
            span.set_attributes({**shape.attributes, **attributes})
            if failed is not None:
                note(span, failed)
        span.end()


class Tracer:
    """Makes spans under the one that is current, or under one that another process has made."""

    def __init__(self, tracer: Any) -> None:
        self._tracer = tracer
        self._trace: Any = import_module(API)
        self._context: Any = import_module("opentelemetry.context")
        self._kinds = {kind.name.lower(): kind for kind in self._trace.SpanKind}
        self._empty = self._context.Context()

    def span(
        self,
        name: str,
        attributes: Attributes,
        *,
        kind: Kind = "internal",
        parent: str | None = None,
        links: tuple[str, ...] = (),
    ) -> AbstractContextManager[object]:
        """A span around a block; an exception that leaves the block is noted on it.

        `parent` is what `traceparent` has given elsewhere in the installation: the span goes on
        with its trace, sampled if it was. An empty one begins a trace.
        """
        found: AbstractContextManager[object] = self._tracer.start_as_current_span(
            name,
            context=None if parent is None else self._under(parent),
            kind=self._kinds[kind],
            attributes=attributes,
            links=self._links(links),
        )
        return found

    def open(self, name: str, attributes: Attributes, *, caller: str | None) -> OpenSpan:
        """A span of what a caller asks, who may have named their trace; whether it is sampled is
        for this process alone to say."""
        context = self._child_of(self.parsed(caller or "", is_remote=True))
        span = self._tracer.start_span(
            name, context=context, kind=self._kinds["server"], attributes=attributes
        )
        token = self._context.attach(self._trace.set_span_in_context(span, context))
        return _ForeignSpan(span, token, self._context.detach)

    def passed(self, shape: Shape, seconds: float) -> None:
        """A span that ends now and took so long; none where nobody records its parent."""
        self.past(shape.name, seconds, shape.attributes, kind=shape.kind)

    def past(
        self,
        name: str,
        seconds: float,
        attributes: Attributes,
        *,
        kind: Kind = "client",
        failed: BaseException | None = None,
        parent: str | None = None,
        links: tuple[str, ...] = (),
    ) -> None:
        """A span that ends now and took so long; none where nobody records its parent."""
        began = time_ns() - int(seconds * 1e9)
        context = None
        if parent is None:
            if not self._trace.get_current_span().is_recording():
                return
        else:
            context = self._under(parent)
        span = self._tracer.start_span(
            name,
            context=context,
            kind=self._kinds[kind],
            attributes=attributes,
            links=self._links(links),
            start_time=began,
        )
        if failed is not None and span.is_recording():
            note(span, failed)
        span.end()

    def _under(self, traceparent: str) -> Any:
        """The context of a parent; without a valid one that of a new trace."""
        return self._child_of(self.parsed(traceparent, is_remote=False))

    def _child_of(self, parent: Any) -> Any:
        if parent is None:
            return self._empty
        return self._trace.set_span_in_context(self._trace.NonRecordingSpan(parent), self._empty)

    def parsed(self, traceparent: str, *, is_remote: bool) -> Any:
        """The span that W3C's header names; None where it names none."""
        match = _TRACEPARENT.fullmatch(traceparent)
        if match is None or traceparent.startswith(_REFUSED_VERSION):
            return None
        trace_id, span_id, flags = (int(part, 16) for part in match.groups())
        found = self._trace.SpanContext(
            trace_id, span_id, is_remote, self._trace.TraceFlags(flags & 1)
        )
        return found if found.is_valid else None

    def _links(self, traceparents: tuple[str, ...]) -> Any:
        found = (self.parsed(each, is_remote=False) for each in traceparents)
        return [self._trace.Link(context) for context in found if context is not None]


def tracer(scope: str) -> Tracer | None:
    """A tracer where OpenTelemetry has been set up before this process began its work.

    Nothing is loaded for it otherwise: `rustok.telemetry.export` does so where OTEL_* name a
    collector, and so does `opentelemetry-instrument`.
    """
    if not any(maker in sys.modules for maker in RECORDING):
        return None
    return tracer_over(import_module(API).get_tracer(scope))


def tracer_over(made: Any) -> Tracer:
    """A tracer over one of OpenTelemetry's; ours know a shorter way."""
    found: Tracer = made.direct() if hasattr(made, "direct") else Tracer(made)
    return found


def traceparent() -> str:
    """The span that is current, as W3C's header says it; empty where there is none."""
    context = _current()
    if context is None:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def span_ids() -> dict[str, str]:
    """What a line of the log says of the span that is current."""
    context = _current()
    if context is None:
        return {}
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}


def is_sampled(traceparent: str) -> bool:
    """Whether somebody records the span."""
    match = _TRACEPARENT.fullmatch(traceparent)
    return match is not None and bool(int(match[3], 16) & 1)


def _current() -> Any:
    api = sys.modules.get(API)
    if api is None:
        return None
    context = api.get_current_span().get_span_context()
    return context if context.is_valid else None


def note(span: Any, error: BaseException) -> None:
    """Says on a span that it failed with the error."""
    trace: Any = sys.modules[API]
    span.record_exception(error)
    span.set_status(trace.Status(trace.StatusCode.ERROR, type(error).__name__))
