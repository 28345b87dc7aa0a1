"""What the log shows to tools: events, dead letters, how far everybody is."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from rustok.core.events.event import Event
from rustok.core.ids import IdKind

EVENT_ID = IdKind("evt")
DEAD_LETTER_ID = IdKind("dead")
EventOrder = Literal["oldest", "newest"]


class LoggedEvent(msgspec.Struct, frozen=True, gc=False):
    """One row of the log. `insert_order` is its token; `position` is None until sequenced."""

    tenant_id: UUID
    insert_order: int
    position: int | None
    id: UUID
    name: str
    schema_version: int
    aggregate: str
    aggregate_id: UUID
    aggregate_version: int
    payload: str
    occurred_at: datetime
    actor_id: UUID | None
    correlation_id: str
    causation_id: UUID | None
    trace: str | None

    def as_event(self) -> Event:
        """The event as consumers get it; only for sequenced ones."""
        assert self.position is not None
        return Event(
            id=self.id,
            position=self.position,
            tenant_id=self.tenant_id,
            name=self.name,
            schema_version=self.schema_version,
            aggregate=self.aggregate,
            aggregate_id=self.aggregate_id,
            aggregate_version=self.aggregate_version,
            payload=self.payload.encode(),
            occurred_at=self.occurred_at,
            actor_id=self.actor_id,
            correlation_id=self.correlation_id,
            causation_id=self.causation_id,
            trace=self.trace or "",
        )


class ShownEvent(msgspec.Struct, frozen=True, gc=False):
    """An event and who did it, as text; None where the platform did."""

    event: LoggedEvent
    actor: str | None


class EventFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which events to show; None means any."""

    tenant_id: UUID | None = None
    name: str | None = None
    aggregate: str | None = None
    aggregate_id: UUID | None = None


class DeadLetter(msgspec.Struct, frozen=True, gc=False):
    """An event that a consumer gave up on. `blocking`: its aggregate's later events wait for it."""

    id: UUID
    tenant_id: UUID
    consumer: str
    position: int
    event_id: UUID
    event_name: str
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


class LetterFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which dead letters are meant; None means any."""

    consumer: str | None = None
    event: str | None = None


class Retried(msgspec.Struct, frozen=True, kw_only=True):
    """How many dead letters were handled, how many of those that were meant remain, and the token
    of what the log says about it."""

    count: int
    remaining: int
    token: int | None


class ConsumerLag(msgspec.Struct, frozen=True, gc=False):
    """How far a consumer is for the tenant it is furthest behind with.

    `lag` counts the events it has not passed, at most 10,000 of each tenant.
    """

    consumer: str
    position: int
    lag: int
    oldest_at: datetime | None
    retries: int
    dead_letters: int


class LogHealth(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the log. Ages are in seconds; 0.0 where nothing waits."""

    head: int
    unsequenced_seconds: float
    consumers: tuple[ConsumerLag, ...]
