"""The SQL statements of the log as a tenant's staff sees it."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query
from rustok.outbox.repository import EVENT
from rustok.outbox.types import DeadLetter, LoggedEvent

_MATCHING = """
      AND (:name::text IS NULL OR e.name = :name)
      AND (:aggregate::text IS NULL OR e.aggregate = :aggregate)
      AND (:aggregate_id::uuid IS NULL OR e.aggregate_id = :aggregate_id)
"""
_LETTER = """
    d.id, d.tenant_id, d.consumer, d.position, e.id AS event_id, e.name AS event_name,
    e.aggregate, d.aggregate_id, e.correlation_id, e.trace, d.attempts, d.reason, d.blocking,
    (SELECT count(*) FROM sys_retries r
     WHERE d.blocking AND r.tenant_id = d.tenant_id AND r.consumer = d.consumer
       AND r.aggregate_id = d.aggregate_id AND r.position > d.position) AS waiting,
    d.first_failed_at, d.last_failed_at
"""
_WANTED = """
      AND (:consumer::text IS NULL OR d.consumer = :consumer)
      AND (:event::text IS NULL OR e.name = :event)
"""


class Handled(msgspec.Struct, frozen=True, gc=False):
    """A dead letter that was retried or discarded."""

    id: UUID
    consumer: str
    event_id: UUID
    event_name: str


EVENTS_AFTER = Query(
    f"""
    SELECT {EVENT} FROM sys_events e
    WHERE e.tenant_id = :tenant_id AND e.position > :after {_MATCHING}
    ORDER BY e.position LIMIT :limit
    """,  # noqa: S608  # constants
    LoggedEvent,
    after=int,
    name=str | None,
    aggregate=str | None,
    aggregate_id=UUID | None,
    limit=int,
)

EVENTS_BEFORE = Query(
    f"""
    SELECT {EVENT} FROM sys_events e
    WHERE e.tenant_id = :tenant_id AND e.position < :before {_MATCHING}
    ORDER BY e.position DESC LIMIT :limit
    """,  # noqa: S608  # constants
    LoggedEvent,
    before=int,
    name=str | None,
    aggregate=str | None,
    aggregate_id=UUID | None,
    limit=int,
)

EVENT_OF_TENANT = Query(
    f"SELECT {EVENT} FROM sys_events e WHERE e.tenant_id = :tenant_id AND e.id = :id",  # noqa: S608  # a constant
    LoggedEvent,
    id=UUID,
)

LETTERS = Query(
    f"""
    SELECT {_LETTER} FROM sys_dead_letters d JOIN sys_events e USING (tenant_id, insert_order)
    WHERE d.tenant_id = :tenant_id AND (:after::uuid IS NULL OR d.id > :after) {_WANTED}
    ORDER BY d.id LIMIT :limit
    """,  # noqa: S608  # constants
    DeadLetter,
    after=UUID | None,
    consumer=str | None,
    event=str | None,
    limit=int,
)

LETTER = Query(
    f"""
    SELECT {_LETTER} FROM sys_dead_letters d JOIN sys_events e USING (tenant_id, insert_order)
    WHERE d.tenant_id = :tenant_id AND d.id = :id
    """,  # noqa: S608  # a constant
    DeadLetter,
    id=UUID,
)

COUNT_LETTERS = Query(
    f"""
    SELECT count(*)::int FROM sys_dead_letters d JOIN sys_events e USING (tenant_id, insert_order)
    WHERE d.tenant_id = :tenant_id {_WANTED}
    """,  # noqa: S608  # a constant
    int,
    consumer=str | None,
    event=str | None,
)

HANDLE_LETTERS = Query(
    "SELECT id, consumer, event_id, event_name FROM sys_handle_letters(:ids, :again, :now)",
    Handled,
    ids=list[UUID],
    again=bool,
    now=datetime,
)
