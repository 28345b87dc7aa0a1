"""Events and dead letters as the API shows them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from rustok.core.errors import invalid
from rustok.core.ids import IdKind, InvalidId
from rustok.outbox.types import DEAD_LETTER_ID, EVENT_ID, DeadLetter, ShownEvent


class EventBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An event. `position` is its place in the log of all tenants, null until it has one."""

    id: str
    position: str | None
    name: str
    schema_version: int
    aggregate: str
    aggregate_id: UUID
    aggregate_version: int
    occurred_at: datetime
    actor_id: str | None
    correlation_id: str
    causation_id: str | None
    trace: str | None
    payload: dict[str, Any]


class DeadLetterBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An event that a consumer gave up on. `waiting` counts later ones that wait behind it."""

    id: str
    consumer: str
    position: str
    event_id: str
    event: str
    aggregate: str
    aggregate_id: UUID
    correlation_id: str
    trace: str | None
    attempts: int
    reason: str
    blocking: bool
    waiting: int
    first_failed_at: datetime
    last_failed_at: datetime


class PageBody(msgspec.Struct, frozen=True, kw_only=True):
    """Where the next page begins, and how many items there are where that was asked."""

    next: str | None
    total: int | None = None


class EventList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of events."""

    data: list[EventBody]
    page: PageBody


class DeadLetterList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of dead letters."""

    data: list[DeadLetterBody]
    page: PageBody


class Handling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a dead letter is retried or discarded: the log keeps it, so it names no person."""

    reason: str = ""


class RetryAll(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which dead letters to retry, how many at the most, and why."""

    consumer: str | None = None
    event: str | None = None
    limit: int | None = None
    reason: str = ""


class HandledBody(msgspec.Struct, frozen=True, kw_only=True):
    """How many were handled, and how many of those that were meant remain."""

    count: int
    remaining: int
    position: str | None


def event_body(shown: ShownEvent) -> EventBody:
    """The event as the API shows it."""
    event = shown.event
    return EventBody(
        id=EVENT_ID.text(event.id),
        position=position_text(event.position),
        name=event.name,
        schema_version=event.schema_version,
        aggregate=event.aggregate,
        aggregate_id=event.aggregate_id,
        aggregate_version=event.aggregate_version,
        occurred_at=event.occurred_at,
        actor_id=shown.actor,
        correlation_id=event.correlation_id,
        causation_id=None if event.causation_id is None else EVENT_ID.text(event.causation_id),
        trace=event.trace,
        payload=msgspec.json.decode(event.payload),
    )


def dead_letter_body(letter: DeadLetter) -> DeadLetterBody:
    """The dead letter as the API shows it."""
    return DeadLetterBody(
        id=DEAD_LETTER_ID.text(letter.id),
        consumer=letter.consumer,
        position=str(letter.position),
        event_id=EVENT_ID.text(letter.event_id),
        event=letter.event_name,
        aggregate=letter.aggregate,
        aggregate_id=letter.aggregate_id,
        correlation_id=letter.correlation_id,
        trace=letter.trace,
        attempts=letter.attempts,
        reason=letter.reason,
        blocking=letter.blocking,
        waiting=letter.waiting,
        first_failed_at=letter.first_failed_at,
        last_failed_at=letter.last_failed_at,
    )


def position_text(position: int | None) -> str | None:
    """A position as clients get it: too large a number for some of them."""
    return None if position is None else str(position)


def any_id(text: str, *path: str) -> UUID:
    """A UUID, or an id of any kind such as `prod_...`; raises ValidationFailed."""
    prefix, found, _ = text.rpartition("_")
    try:
        return IdKind(prefix).parse(text) if found else UUID(text)
    except (InvalidId, ValueError):
        raise invalid(
            "INVALID_ID", "An id such as prod_... or a UUID is expected.", *path
        ) from None
