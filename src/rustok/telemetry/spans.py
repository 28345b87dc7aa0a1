"""Spans behind OpenTelemetry's API, at a fraction of what its SDK's cost a request.

Only a process that exports traces loads this. A span is encoded soon after it has ended, and kept
so until it is sent: see `rustok.telemetry.export`.
"""

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from time import time_ns
from typing import Any, Final, Protocol

import msgspec
from opentelemetry import trace
from opentelemetry.context import Context, attach, detach, get_current
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from rustok.telemetry import encoding
from rustok.telemetry.encoding import EndedSpan
from rustok.telemetry.sending import Guard
from rustok.telemetry.tracing import Attributes, OpenSpan, Shape, Tracer, note

Ended = Callable[[str, EndedSpan], None]
"""Told of each span that has ended, and of its scope."""
SAMPLED: Final = TraceFlags(TraceFlags.SAMPLED)
UNSAMPLED: Final = TraceFlags(TraceFlags.DEFAULT)
CURRENT: Final = next(iter(trace.set_span_in_context(trace.INVALID_SPAN, Context())))
"""Where the API's context has the current span."""
PLAIN: Final = (str, bool, int, float)
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
        if self.ratio >= 1.0:
            return True
        lowest = trace_id & (1 << _RATIO_BITS) - 1
        return lowest < round(self.ratio * (1 << _RATIO_BITS))


class RecordedSpan(trace.Span):
    """A span that will be sent."""

    __slots__ = (
        "_attributes",
        "_context",
        "_ended",
        "_events",
        "_kind",
        "_links",
        "_name",
        "_parent",
        "_scope",
        "_start_time",
        "_status",
        "ids",
        "is_over",
    )

    def __init__(
        self,
        name: str,
        trace_id: int,
        parent: SpanContext | None,
        kind: SpanKind,
        attributes: Mapping[str, Any] | None,
        links: Sequence[Link],
        start_time: int,
        scope: str,
        ended: Ended,
    ) -> None:
        self._name = name
        self.ids = (trace_id.to_bytes(16, "big"), getrandbits(64).to_bytes(8, "big"))
        self._context: SpanContext | None = None
        self._parent = parent
        self._kind = kind
        self._attributes: dict[str, Any] = dict(attributes) if attributes else {}
        self._links = links
        self._start_time = start_time
        self.is_over = False
        self._events: list[tuple[str, Mapping[str, Any], int]] | None = None
        self._status: Status | None = None
        self._scope = scope
        self._ended = ended

    def end(self, end_time: int | None = None) -> None:
        """Ends it, once."""
        if self.is_over:
            return
        self.is_over = True
        self._finish(encoding.named(self._name, self._kind.value, self._attributes), end_time)

    def _finish(
        self, rest: bytes, end_time: int | None = None, also: Mapping[str, Any] | None = None
    ) -> None:
        if self._links or self._events is not None or self._status is not None:
            rest += encoding.happened(self._status, self._links, self._events or ())
        parent = self._parent
        trace_id, span_id = self.ids
        parent_id = None if parent is None else parent.span_id.to_bytes(8, "big")
        is_remote = parent is not None and parent.is_remote
        began, ended = self._start_time, end_time or time_ns()
        self._ended(
            self._scope, (trace_id, span_id, parent_id, began, ended, rest, also, is_remote)
        )

    def get_span_context(self) -> SpanContext:
        """Its ids; most spans are never asked."""
        if self._context is None:
            trace_id, span_id = (int.from_bytes(each, "big") for each in self.ids)
            self._context = SpanContext(trace_id, span_id, is_remote=False, trace_flags=SAMPLED)
        return self._context

    def is_recording(self) -> bool:
        """Whether it has not ended."""
        return not self.is_over

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """Adds attributes, while it has not ended."""
        for key, value in attributes.items():
            self.set_attribute(key, value)

    def set_attribute(self, key: str, value: Any) -> None:
        """Adds an attribute, while it has not ended."""
        if not self.is_over:
            self._attributes[key] = value if isinstance(value, PLAIN) else str(value)

    def update_name(self, name: str) -> None:
        """Gives it another name."""
        self._name = name

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        """Says whether it failed."""
        if not isinstance(status, Status):
            status = Status(status, description)
        self._status = status

    def add_event(
        self,
        name: str,
        attributes: Mapping[str, Any] | None = None,
        timestamp: int | None = None,
    ) -> None:
        """Notes what happened."""
        if self._events is None:
            self._events = []
        self._events.append((name, dict(attributes or {}), timestamp or time_ns()))

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


class CallerSpan(RecordedSpan):
    """The span of a caller's request, current until it is closed."""

    __slots__ = ("_token",)

    def attached(self) -> "CallerSpan":
        """Itself, current from now on."""
        self._token = attach(Context({CURRENT: self}))
        return self

    def close(
        self, shape: Shape, attributes: Attributes, *, failed: BaseException | None = None
    ) -> None:
        """Ends it as what it turned out to be; what others have said of it is kept."""
        detach(self._token)
        if self.is_over:
            return
        self.is_over = True
        if failed is not None:
            note(self, failed)
        own = self._attributes
        own.update(attributes)
        if own.keys().isdisjoint(shape.attributes):
            self._finish(shape.encoded or encoded(shape), also=own)
        else:
            known = {**shape.attributes, **own}
            self._finish(encoding.named(shape.name, self._kind.value, known))


class UnrecordedSpan(trace.NonRecordingSpan):
    """The same of a request that is not sampled; few are asked for their ids."""

    __slots__ = ("_made", "_token", "_trace_id")

    def __init__(self, trace_id: int) -> None:
        self._trace_id = trace_id
        self._made: SpanContext | None = None

    def get_span_context(self) -> SpanContext:
        """Its ids."""
        if self._made is None:
            span_id = getrandbits(64)
            self._made = SpanContext(
                self._trace_id, span_id, is_remote=False, trace_flags=UNSAMPLED
            )
        return self._made

    def attached(self) -> "UnrecordedSpan":
        """Itself, current from now on."""
        self._token = attach(Context({CURRENT: self}))
        return self

    def close(
        self,
        shape: Shape,  # noqa: ARG002  # nobody is told
        attributes: Attributes,  # noqa: ARG002  # the same
        *,
        failed: BaseException | None = None,  # noqa: ARG002  # the same
    ) -> None:
        """It is current no more."""
        detach(self._token)


_OURS: Final = frozenset({RecordedSpan, CallerSpan})


def encoded(shape: Shape) -> bytes:
    """As it is sent, from now on at hand."""
    kind = SpanKind[shape.kind.upper()].value
    shape.encoded = encoding.named(shape.name, kind, shape.attributes)
    return shape.encoded


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
        if not self._sampling.takes(trace_id, parent):
            own = SpanContext(trace_id, getrandbits(64), is_remote=False, trace_flags=UNSAMPLED)
            return trace.NonRecordingSpan(own)
        return RecordedSpan(
            name,
            trace_id,
            parent,
            kind,
            attributes,
            links or (),
            start_time or time_ns(),
            self._scope,
            self._ended,
        )

    def direct(self) -> "DirectTracer":
        """What the platform itself makes spans by."""
        return DirectTracer(self, self._scope, self._sampling, self._ended)

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


class DirectTracer(Tracer):
    """The shortest way to the spans that every request has."""

    def __init__(
        self, tracer: RecordingTracer, scope: str, sampling: Sampling, ended: Ended
    ) -> None:
        super().__init__(tracer)
        self._scope = scope
        self._sampling = sampling
        self._ended = ended

    def open(self, name: str, attributes: Attributes, *, caller: str | None) -> OpenSpan:
        """As a tracer does."""
        parent: SpanContext | None = None
        if caller is not None:
            parent = self.parsed(caller, is_remote=True)
        trace_id = getrandbits(128) if parent is None else parent.trace_id
        if not self._sampling.takes(trace_id, parent):
            return UnrecordedSpan(trace_id).attached()
        kind, began = SpanKind.SERVER, time_ns()
        return CallerSpan(
            name, trace_id, parent, kind, attributes, (), began, self._scope, self._ended
        ).attached()

    def passed(self, shape: Shape, seconds: float) -> None:
        """As a tracer does; nothing is made but what is sent."""
        under: Any = get_current().get(CURRENT)
        if type(under) not in _OURS:
            if under is not None and under.is_recording():
                super().passed(shape, seconds)
            return
        if under.is_over:
            return
        now = time_ns()
        trace_id, parent_id = under.ids
        self._ended(
            self._scope,
            (
                trace_id,
                getrandbits(64).to_bytes(8, "big"),
                parent_id,
                now - int(seconds * 1e9),
                now,
                shape.encoded or encoded(shape),
                None,
                False,
            ),
        )


class Sending(Protocol):
    """Sends spans to a collector."""

    @property
    def dropped(self) -> int:
        """How many spans did not reach it."""

    def guard(self, guard: Guard) -> None:
        """Has every sending pass the guard from now on."""


class RecordingProvider(trace.TracerProvider):
    """What every part of the process gets its tracer from; `ended` is told of each span's end."""

    def __init__(self, sampling: Sampling, ended: Ended, sending: Sending | None = None) -> None:
        self.sending = sending
        """What becomes of spans that have ended, where they are sent."""
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
