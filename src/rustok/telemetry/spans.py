"""Spans behind OpenTelemetry's API, at a fifth of what its SDK's cost a request.

Only a process that exports traces loads this. What sends them in batches, and where to, is the
SDK's: see `rustok.telemetry.export`.
"""

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from time import time_ns
from typing import Any, Final

import msgspec
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

Ended = Callable[["RecordedSpan"], None]
SAMPLED: Final = TraceFlags(TraceFlags.SAMPLED)
UNSAMPLED: Final = TraceFlags(TraceFlags.DEFAULT)
_RATIO_BITS: Final = 64
getrandbits: Final = Random().getrandbits  # noqa: S311  # no secrets, and no call of the kernel


class Sampling(msgspec.Struct, frozen=True, kw_only=True):
    """Which traces are recorded: so many of those that begin here or that a caller names.

    Within the installation a span is recorded if its parent is, where `parents_count`. A caller's
    word that a trace is sampled counts for nothing: anybody may say it.
    """

    ratio: float
    parents_count: bool

    def takes(self, trace_id: int, parent: SpanContext | None) -> bool:
        """Whether a span is recorded; every process says the same of one trace."""
        if self.parents_count and parent is not None and not parent.is_remote:
            return bool(parent.trace_flags & TraceFlags.SAMPLED)
        lowest = trace_id & (1 << _RATIO_BITS) - 1
        return lowest < round(self.ratio * (1 << _RATIO_BITS))


class SpanEvent(msgspec.Struct, frozen=True):
    """Something that happened at a moment of a span."""

    name: str
    attributes: Mapping[str, Any]
    timestamp: int
    dropped_attributes: int = 0


class RecordedSpan(trace.Span):
    """A span that will be sent. Its attributes are those that an encoder reads."""

    __slots__ = (
        "_ended",
        "attributes",
        "context",
        "end_time",
        "events",
        "kind",
        "links",
        "name",
        "parent",
        "scope",
        "start_time",
        "status",
    )

    def __init__(
        self,
        name: str,
        context: SpanContext,
        parent: SpanContext | None,
        kind: SpanKind,
        attributes: Mapping[str, Any] | None,
        links: Sequence[Link],
        start_time: int,
        scope: str,
        ended: Ended,
    ) -> None:
        self.name = name
        self.context = context
        self.parent = parent
        self.kind = kind
        self.attributes: dict[str, Any] = dict(attributes) if attributes else {}
        self.links = links
        self.start_time = start_time
        self.end_time = 0
        self.events: list[SpanEvent] = []
        self.status: Status | None = None
        self.scope = scope
        self._ended = ended

    def passed(
        self, name: str, kind: SpanKind, attributes: Mapping[str, Any], start_time: int
    ) -> None:
        """A span under this one that ends now, and never was current: nothing is asked for it."""
        own = self.context
        context = SpanContext(own.trace_id, getrandbits(64), is_remote=False, trace_flags=SAMPLED)
        span = RecordedSpan(
            name, context, own, kind, attributes, (), start_time, self.scope, self._ended
        )
        span.end()

    def end(self, end_time: int | None = None) -> None:
        """Ends it, once."""
        if self.end_time:
            return
        self.end_time = end_time or time_ns()
        self._ended(self)

    def get_span_context(self) -> SpanContext:
        """Its ids."""
        return self.context

    def is_recording(self) -> bool:
        """Whether it has not ended."""
        return not self.end_time

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """Adds attributes."""
        self.attributes.update(attributes)

    def set_attribute(self, key: str, value: Any) -> None:
        """Adds an attribute."""
        self.attributes[key] = value

    def update_name(self, name: str) -> None:
        """Gives it another name."""
        self.name = name

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        """Says whether it failed."""
        if not isinstance(status, Status):
            status = Status(status, description)
        self.status = status

    def add_event(
        self,
        name: str,
        attributes: Mapping[str, Any] | None = None,
        timestamp: int | None = None,
    ) -> None:
        """Notes what happened."""
        self.events.append(SpanEvent(name, dict(attributes or {}), timestamp or time_ns()))

    def record_exception(
        self,
        exception: BaseException,
        attributes: Mapping[str, Any] | None = None,
        timestamp: int | None = None,
        escaped: bool = False,  # noqa: FBT001, FBT002  # the API's signature
    ) -> None:
        """Notes an exception with its trace."""
        known = {
            "exception.type": type(exception).__qualname__,
            "exception.message": str(exception),
            "exception.stacktrace": "".join(traceback.format_exception(exception)),
            "exception.escaped": str(escaped),
        }
        self.add_event("exception", {**known, **(attributes or {})}, timestamp)


class RecordingTracer(trace.Tracer):
    """Makes the spans of one scope."""

    def __init__(self, scope: str, sampling: Sampling, ended: Ended) -> None:
        self._scope = scope
        self._sampling = sampling
        self._ended = ended

    def start_span(
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Mapping[str, Any] | None = None,
        links: Sequence[Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,  # noqa: ARG002, FBT001, FBT002  # the API's signature
        set_status_on_exception: bool = True,  # noqa: ARG002, FBT001, FBT002  # the same
    ) -> trace.Span:
        """A span under the context's, or under the current one."""
        parent: SpanContext | None = trace.get_current_span(context).get_span_context()
        if parent is None or not parent.is_valid:
            parent = None
        trace_id = getrandbits(128) if parent is None else parent.trace_id
        is_taken = self._sampling.takes(trace_id, parent)
        flags = SAMPLED if is_taken else UNSAMPLED
        own = SpanContext(trace_id, getrandbits(64), is_remote=False, trace_flags=flags)
        if not is_taken:
            return trace.NonRecordingSpan(own)
        return RecordedSpan(
            name,
            own,
            parent,
            kind,
            attributes,
            links or (),
            start_time or time_ns(),
            self._scope,
            self._ended,
        )

    @contextmanager
    def start_as_current_span(  # type: ignore[override]  # the API's own is untyped in part
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Mapping[str, Any] | None = None,
        links: Sequence[Link] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,  # noqa: FBT001, FBT002  # the API's signature
        set_status_on_exception: bool = True,  # noqa: FBT001, FBT002  # the same
        end_on_exit: bool = True,  # noqa: FBT001, FBT002  # the same
    ) -> Iterator[trace.Span]:
        """A span that is current in a block."""
        span = self.start_span(name, context, kind, attributes, links, start_time)
        with trace.use_span(
            span,
            end_on_exit=end_on_exit,
            record_exception=record_exception,
            set_status_on_exception=set_status_on_exception,
        ):
            yield span


class RecordingProvider(trace.TracerProvider):
    """What every part of the process gets its tracer from; `ended` is told of each span's end."""

    def __init__(self, sampling: Sampling, ended: Ended) -> None:
        self._sampling = sampling
        self._ended = ended

    def get_tracer(
        self,
        instrumenting_module_name: str,
        _instrumenting_library_version: str | None = None,
        _schema_url: str | None = None,
        _attributes: Mapping[str, Any] | None = None,
    ) -> RecordingTracer:
        """A tracer of the scope."""
        return RecordingTracer(instrumenting_module_name, self._sampling, self._ended)
