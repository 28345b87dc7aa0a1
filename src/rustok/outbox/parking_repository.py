"""The SQL statements of retries and dead letters."""

from datetime import datetime
from uuid import UUID

from rustok.core.sql import Query, Statement
from rustok.outbox.repository import EVENT
from rustok.outbox.types import DeadLetter, LoggedEvent


class DueEvent(LoggedEvent, frozen=True, gc=False):
    """An event to be tried again."""

    attempts: int
    first_failed_at: datetime | None


HOLD_AT = Statement(
    """
    INSERT INTO sys_retries (tenant_id, consumer, position, insert_order, aggregate_id)
    SELECT :tenant_id, :consumer, e.position, e.insert_order, e.aggregate_id
    FROM sys_events e WHERE e.tenant_id = :tenant_id AND e.position = ANY (:positions)
    """,
    consumer=str,
    positions=list[int],
)

ACQUIT = Statement(
    """
    DELETE FROM sys_suspects
    WHERE tenant_id = :tenant_id AND consumer = :consumer AND position = :position
      AND upto = position
    """,
    consumer=str,
    position=int,
)

PARK = Statement(
    """
    INSERT INTO sys_retries (tenant_id, consumer, position, insert_order, aggregate_id, attempts,
                             next_at, error, first_failed_at, last_failed_at)
    VALUES (:tenant_id, :consumer, :position, :insert_order, :aggregate_id, :attempts,
            :next_at, :error, :now, :now)
    ON CONFLICT (tenant_id, consumer, position) DO UPDATE
    SET attempts = excluded.attempts, next_at = excluded.next_at, error = excluded.error,
        first_failed_at = coalesce(sys_retries.first_failed_at, excluded.first_failed_at),
        last_failed_at = excluded.last_failed_at
    """,
    consumer=str,
    position=int,
    insert_order=int,
    aggregate_id=UUID,
    attempts=int,
    next_at=datetime,
    error=str,
    now=datetime,
)

DUE = Query(
    f"""
    SELECT {EVENT}, r.attempts, r.first_failed_at
    FROM sys_retries r JOIN sys_events e USING (tenant_id, insert_order)
    WHERE r.tenant_id = :tenant_id AND r.consumer = :consumer AND r.position = :position
      AND r.next_at IS NOT NULL
    """,  # noqa: S608  # a constant
    DueEvent,
    consumer=str,
    position=int,
)

RETRY_ATTEMPTS = Query(
    """
    SELECT attempts FROM sys_retries
    WHERE tenant_id = :tenant_id AND consumer = :consumer AND position = :position
    """,
    int,
    consumer=str,
    position=int,
)

UNPARK = Statement(
    """
    DELETE FROM sys_retries
    WHERE tenant_id = :tenant_id AND consumer = :consumer AND position = :position
    """,
    consumer=str,
    position=int,
)

BURY = Statement(
    """
    INSERT INTO sys_dead_letters (tenant_id, id, consumer, position, insert_order, aggregate_id,
                                  attempts, reason, blocking, first_failed_at, last_failed_at)
    VALUES (:tenant_id, :id, :consumer, :position, :insert_order, :aggregate_id,
            :attempts, :reason, :blocking, :first_failed_at, :now)
    """,
    id=UUID,
    consumer=str,
    position=int,
    insert_order=int,
    aggregate_id=UUID,
    attempts=int,
    reason=str,
    blocking=bool,
    first_failed_at=datetime,
    now=datetime,
)

PROMOTE = Statement(
    """
    UPDATE sys_retries r SET next_at = :now
    WHERE r.tenant_id = :tenant_id AND r.consumer = :consumer AND r.aggregate_id = :aggregate_id
      AND r.next_at IS NULL
      AND r.position = (
          SELECT min(q.position) FROM sys_retries q
          WHERE q.tenant_id = :tenant_id AND q.consumer = :consumer
            AND q.aggregate_id = :aggregate_id
      )
      AND NOT EXISTS (
          SELECT FROM sys_dead_letters d
          WHERE d.tenant_id = :tenant_id AND d.consumer = :consumer
            AND d.aggregate_id = :aggregate_id AND d.blocking AND d.position < r.position
      )
    """,
    consumer=str,
    aggregate_id=UUID,
    now=datetime,
)

DEAD_LETTERS = Query(
    """
    SELECT d.id, d.tenant_id, d.consumer, d.position, e.id AS event_id, e.name AS event_name,
           e.aggregate, d.aggregate_id, e.correlation_id, e.trace, d.attempts, d.reason, d.blocking,
           (SELECT count(*) FROM sys_retries r
            WHERE d.blocking AND r.tenant_id = d.tenant_id AND r.consumer = d.consumer
              AND r.aggregate_id = d.aggregate_id AND r.position > d.position) AS waiting,
           d.first_failed_at, d.last_failed_at
    FROM sys_dead_letters d JOIN sys_events e USING (tenant_id, insert_order)
    WHERE (:id::uuid IS NULL OR d.id = :id)
      AND (:tenant::uuid IS NULL OR d.tenant_id = :tenant)
      AND (:consumer::text IS NULL OR d.consumer = :consumer)
      AND (:event::text IS NULL OR e.name = :event)
      AND (:after::uuid IS NULL OR d.id > :after)
    ORDER BY d.id LIMIT :limit
    """,
    DeadLetter,
    id=UUID,
    tenant=UUID,
    consumer=str,
    event=str,
    after=UUID,
    limit=int,
)

COUNT_DEAD_LETTERS = Query(
    """
    SELECT count(*)::int FROM sys_dead_letters d JOIN sys_events e USING (tenant_id, insert_order)
    WHERE (:tenant::uuid IS NULL OR d.tenant_id = :tenant)
      AND (:consumer::text IS NULL OR d.consumer = :consumer)
      AND (:event::text IS NULL OR e.name = :event)
    """,
    int,
    tenant=UUID,
    consumer=str,
    event=str,
)
