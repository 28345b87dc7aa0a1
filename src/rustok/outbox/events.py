"""Facts about the log itself: who put their hands to it, and why."""

from typing import ClassVar
from uuid import UUID

import msgspec

from rustok.core.events import Fact, Retention


class HandledLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A dead letter that somebody handled: `id` was its own, `event_id` is the event's."""

    id: UUID
    consumer: str
    event_id: UUID
    event: str


class DeadLetterFact(Fact, frozen=True):
    """Base of the facts about dead letters; the aggregate is the first of them."""

    aggregate: ClassVar[str] = "dead_letter"
    retention: ClassVar[Retention] = "audit"
    letters: tuple[HandledLetter, ...]
    reason: str = ""


class DeadLetterRetried(DeadLetterFact, frozen=True):
    """Dead letters were given back to their consumers; `reason` is whoever did it's."""

    name: ClassVar[str] = "dead_letter.retried"


class DeadLetterDiscarded(DeadLetterFact, frozen=True):
    """Dead letters were thrown away; `reason` is whoever did it's."""

    name: ClassVar[str] = "dead_letter.discarded"


class EventsReplayed(Fact, frozen=True):
    """Events of a range of positions were given to a consumer again; `events` counts them."""

    name: ClassVar[str] = "event.replayed"
    aggregate: ClassVar[str] = "replay"
    retention: ClassVar[Retention] = "audit"
    consumer: str
    first: int
    last: int
    events: int
    reason: str = ""


EVENTS = (DeadLetterRetried, DeadLetterDiscarded, EventsReplayed)
