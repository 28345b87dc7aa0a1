"""The SQL statements of replays: past events that a consumer gets again."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement


class PastEvent(msgspec.Struct, frozen=True, gc=False):
    """An event that a consumer has passed, as far as it takes to give it back."""

    tenant_id: UUID
    position: int
    insert_order: int
    aggregate_id: UUID


PAST_EVENTS = Query(
    """
    SELECT e.tenant_id, e.position, e.insert_order, e.aggregate_id
    FROM sys_events e
    JOIN sys_cursors c ON c.tenant_id = e.tenant_id AND c.consumer = :consumer
    WHERE e.position >= :first AND e.position <= :last AND e.position <= c.position
      AND (:names::text[] IS NULL OR e.name = ANY (:names))
      AND (:tenant::uuid IS NULL OR e.tenant_id = :tenant)
      AND NOT EXISTS (
          SELECT FROM sys_dead_letters d
          WHERE d.tenant_id = e.tenant_id AND d.consumer = :consumer AND d.position = e.position
      )
    ORDER BY e.position LIMIT :limit
    """,
    PastEvent,
    consumer=str,
    first=int,
    last=int,
    names=list[str],
    tenant=UUID | None,
    limit=int,
)

LOCK_CURSOR = Query(
    """
    SELECT position FROM sys_cursors
    WHERE tenant_id = :tenant_id AND consumer = :consumer FOR UPDATE
    """,
    int,
    consumer=str,
)

GIVE_BACK = Statement(
    """
    INSERT INTO sys_retries (tenant_id, consumer, position, insert_order, aggregate_id)
    SELECT :tenant_id, :consumer, g.position, g.insert_order, g.aggregate_id
    FROM unnest(:positions::bigint[], :insert_orders::bigint[], :aggregate_ids::uuid[])
        AS g(position, insert_order, aggregate_id)
    WHERE NOT EXISTS (
        SELECT FROM sys_dead_letters d
        WHERE d.tenant_id = :tenant_id AND d.consumer = :consumer AND d.position = g.position
    )
    ON CONFLICT (tenant_id, consumer, position) DO NOTHING
    """,
    consumer=str,
    positions=list[int],
    insert_orders=list[int],
    aggregate_ids=list[UUID],
)

DEMOTE_ALL = Statement(
    """
    UPDATE sys_retries SET next_at = NULL
    WHERE tenant_id = :tenant_id AND consumer = :consumer AND aggregate_id = ANY (:aggregate_ids)
      AND next_at IS NOT NULL
    """,
    consumer=str,
    aggregate_ids=list[UUID],
)

PROMOTE_ALL = Statement(
    """
    UPDATE sys_retries r SET next_at = :now
    FROM (
        SELECT q.aggregate_id, min(q.position) AS position FROM sys_retries q
        WHERE q.tenant_id = :tenant_id AND q.consumer = :consumer
          AND q.aggregate_id = ANY (:aggregate_ids)
        GROUP BY q.aggregate_id
    ) AS head
    WHERE r.tenant_id = :tenant_id AND r.consumer = :consumer AND r.position = head.position
      AND NOT EXISTS (
          SELECT FROM sys_dead_letters d
          WHERE d.tenant_id = :tenant_id AND d.consumer = :consumer
            AND d.aggregate_id = r.aggregate_id AND d.blocking AND d.position < r.position
      )
    """,
    consumer=str,
    aggregate_ids=list[UUID],
    now=datetime,
)
