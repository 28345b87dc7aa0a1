"""A fact with its envelope: before it is in the log, and as it is read back."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.events.fact import Fact


class PendingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about to be inserted with the transaction that made it true; `trace` is its span."""

    id: UUID
    fact: Fact
    aggregate_id: UUID
    aggregate_version: int
    trace: str = ""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the log. `position` is its place among all tenants' events; payload is JSON.

    `trace` is the span that recorded it, as W3C's traceparent says it; empty without one.
    """

    id: UUID
    position: int
    tenant_id: UUID
    name: str
    schema_version: int
    aggregate: str
    aggregate_id: UUID
    aggregate_version: int
    payload: bytes
    occurred_at: datetime
    actor_id: UUID | None = None
    correlation_id: str = ""
    causation_id: UUID | None = None
    trace: str = ""
