"""The SQL statements of the rig's module."""

from datetime import datetime
from uuid import UUID

from rustok.core.sql import Query, Statement

WRITE_DOWN = Statement(
    """
    INSERT INTO crash_effects (tenant_id, consumer, event_id, name, aggregate_id,
                               aggregate_version, position, occurred_at)
    SELECT :tenant_id, :consumer, e.event_id, e.name, e.aggregate_id, e.aggregate_version,
           e.position, e.occurred_at
    FROM unnest(
        :event_ids::uuid[], :names::text[], :aggregate_ids::uuid[], :aggregate_versions::bigint[],
        :positions::bigint[], :occurred::timestamptz[]
    ) WITH ORDINALITY AS e(
        event_id, name, aggregate_id, aggregate_version, position, occurred_at, place
    )
    ORDER BY e.place
    """,
    consumer=str,
    event_ids=list[UUID],
    names=list[str],
    aggregate_ids=list[UUID],
    aggregate_versions=list[int],
    positions=list[int],
    occurred=list[datetime],
)

NEXT_VERSION = Query(
    """
    INSERT INTO crash_things (tenant_id, id, version) VALUES (:tenant_id, :id, 1)
    ON CONFLICT (tenant_id, id) DO UPDATE SET version = crash_things.version + 1
    RETURNING version
    """,
    int,
    id=UUID,
)

BROKEN = Query("SELECT 1 / (:zero::int) AS never", int, zero=int)
