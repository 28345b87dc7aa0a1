"""One trace from a request through the log to every handler, and log lines that name both.

An event is kept with `current_trace()` of the transaction that records it; whoever handles it, in
whatever process, does so within `handling(...)`.
"""

from collections.abc import Sequence
from time import perf_counter
from types import TracebackType
from typing import Any, Final

from rustok.core.events.event import Event
from rustok.core.ids import IdKind
from rustok.telemetry import about
from rustok.telemetry.tracing import (
    Attributes,
    Kind,
    OpenSpan,
    Shape,
    Tracer,
    is_sampled,
    traceparent,
    tracer,
)

__all__ = [
    "Attributes",
    "Handling",
    "OpenSpan",
    "Shape",
    "Tracer",
    "current_trace",
    "handling",
    "publishing",
    "tracer",
]

SCOPE: Final = "rustok.events"
SHOWN: Final = 10
"""How many events of a batch a line of the log names."""
_EVENT_ID: Final = IdKind("evt")


def current_trace() -> str:
    """The span that is current, in W3C's form, for an event to be kept with; empty without one."""
    return traceparent()


def handling(events: Event | Sequence[Event], *, consumer: str) -> "Handling":
    """`with handling(event, consumer=name):` around the handler of one event, or of several of one
    tenant: its log lines name the event, and its span goes on with the trace of the event.

    Of several events each has its span, if their traces differ; what the handler does is in that
    of the first, and the others link to it.
    """
    return Handling("consume", "consumer", consumer, events)


def publishing(events: Sequence[Event], *, stream: str) -> "Handling":
    """The same around sending events to a stream."""
    return Handling("publish", "producer", stream, events)


class Handling:
    """A block of work on events."""

    def __init__(self, verb: str, kind: Kind, who: str, events: Event | Sequence[Event]) -> None:
        self._verb = verb
        self._kind: Kind = kind
        self._who = who
        self._events = (events,) if isinstance(events, Event) else events
        self._span: Any = None

    def __enter__(self) -> None:
        self._bound = about.begin(self)
        made = tracer(SCOPE)
        if made is not None and self._events:
            self._tracer = made
            self._began = perf_counter()
            self._parents = list(dict.fromkeys(event.trace for event in self._events))
            self._parents.sort(key=is_sampled, reverse=True)
            self._span = made.span(
                self._name, self._attributes(), kind=self._kind, parent=self._parents[0]
            )
            self._span.__enter__()
            self._worked = traceparent()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._span is not None:
                self._span.__exit__(kind, error, trace)
                self._tell_others(error)
        finally:
            about.end(self._bound)

    def _tell_others(self, error: BaseException | None) -> None:
        seconds = perf_counter() - self._began
        for parent in self._parents[1:]:
            if is_sampled(parent):
                self._tracer.past(
                    self._name,
                    seconds,
                    self._attributes(),
                    kind=self._kind,
                    failed=error,
                    parent=parent,
                    links=(self._worked,),
                )

    @property
    def _name(self) -> str:
        return f"{self._verb} {self._who}"

    def _attributes(self) -> dict[str, str | int | float | bool]:
        first = self._events[0]
        found: dict[str, str | int | float | bool] = {
            "messaging.operation.name": self._verb,
            "messaging.destination.name": self._who,
            "messaging.batch.message_count": len(self._events),
            "rustok.tenant": str(first.tenant_id),
        }
        if len(self._events) == 1:
            found["messaging.message.id"] = _EVENT_ID.text(first.id)
            found["rustok.event.name"] = first.name
            found["rustok.event.position"] = first.position
        return found

    def fields(self) -> dict[str, object]:
        """What lines of the log say within the block."""
        if not self._events:
            return {self._verb: self._who}
        first = self._events[0]
        found: dict[str, object] = {self._kind: self._who, "tenant": str(first.tenant_id)}
        if len(self._events) == 1:
            found["event_id"] = _EVENT_ID.text(first.id)
            found["event_name"] = first.name
            found["request_id"] = first.correlation_id
        else:
            found["event_ids"] = [_EVENT_ID.text(event.id) for event in self._events[:SHOWN]]
            found["events"] = len(self._events)
        return found
