"""The SQL statements of the log and its cursors."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement
from rustok.outbox.types import ConsumerLag, LoggedEvent

EVENT = """
    e.tenant_id, e.insert_order, e.position, e.id, e.name, e.schema_version, e.aggregate,
    e.aggregate_id, e.aggregate_version, e.payload::text AS payload, e.occurred_at, e.actor_id,
    e.correlation_id, e.causation_id, e.trace
"""


class Look(msgspec.Struct, frozen=True, gc=False):
    """What a hand of a worker has to do for a consumer.

    `tenants` are the lanes to take, after `positions`. `alone`: the only event to take, because a
    worker died at it or near it, with nothing beside it in the process. `passed`: cursors have just
    been moved past events that are not wanted. `behind`: there is more. `bulk`: some of it is for
    the bulk hand. `complete`: once the lanes are taken, nothing that was there is left.
    """

    leased: bool
    behind: bool
    passed: bool
    tenants: list[UUID]
    positions: list[int]
    alone: int | None
    retry_tenant: UUID | None
    bulk: bool
    complete: bool


class Due(msgspec.Struct, frozen=True, gc=False):
    """An event to be tried again, and how often a worker died at it.

    `suspected`: one may have, so that it is tried alone.
    """

    position: int
    deaths: int
    suspected: bool


class Claimed(msgspec.Struct, frozen=True, gc=False):
    """A lane that was taken; the aggregates in `held` have an earlier event that failed."""

    tenant_id: UUID
    held: list[UUID]


class Lease(msgspec.Struct, frozen=True, gc=False):
    """A part of the tenants that a worker serves."""

    consumer: str
    partition: int


class ReadEvent(LoggedEvent, frozen=True, gc=False):
    """An event as a consumer reads it; `held`: its aggregate has an earlier one that failed."""

    held: bool


class Passing(msgspec.Struct, frozen=True, gc=False):
    """Where an event is, where the consumer is, and whether the consumer failed on it."""

    position: int | None
    reached: int
    parked: bool


class Sequenced(msgspec.Struct, frozen=True, gc=False):
    """How many events were numbered, and the last position given."""

    numbered: int
    head: int


APPEND = Query(
    """
    WITH inserted AS (
        INSERT INTO sys_events (
            tenant_id, id, name, schema_version, aggregate, aggregate_id, aggregate_version,
            payload, occurred_at, actor_id, correlation_id, causation_id, trace
        )
        SELECT :tenant_id, f.id, f.name, f.schema_version, f.aggregate, f.aggregate_id,
               f.aggregate_version, f.payload::json, :now, :actor_id, :correlation_id,
               :causation_id, nullif(f.trace, '')
        FROM unnest(
            :ids::uuid[], :names::text[], :schema_versions::int[], :aggregates::text[],
            :aggregate_ids::uuid[], :aggregate_versions::bigint[], :payloads::text[],
            :traces::text[]
        ) WITH ORDINALITY AS f(
            id, name, schema_version, aggregate, aggregate_id, aggregate_version, payload, trace,
            place
        )
        ORDER BY f.place
        RETURNING insert_order
    )
    SELECT max(insert_order) AS token FROM inserted
    """,
    int,
    ids=list[UUID],
    names=list[str],
    schema_versions=list[int],
    aggregates=list[str],
    aggregate_ids=list[UUID],
    aggregate_versions=list[int],
    payloads=list[str],
    traces=list[str],
    now=datetime,
    actor_id=UUID,
    correlation_id=str,
    causation_id=UUID,
)

SEQUENCE = Query("SELECT numbered, head FROM sys_sequence(:batch)", Sequenced, batch=int)

LEASE = Query(
    """
    SELECT consumer, partition
    FROM sys_lease(:worker, :consumers, :seconds, :marks, :watched, :now)
    """,
    Lease,
    worker=UUID,
    consumers=list[str],
    seconds=float,
    marks=bool,
    watched=bool,
    now=datetime,
)

LEAVE = Query("SELECT sys_leave(:worker)::text", str, worker=UUID)

LOOK = Query(
    """
    SELECT leased, behind, passed, tenants, positions, alone, retry_tenant, bulk, complete
    FROM sys_look(
        :worker, :consumer, :hand, :names, :span, :lanes, :most, :bulk, :alone, :now)
    """,
    Look,
    worker=UUID,
    consumer=str,
    hand=str,
    names=list[str],
    span=int,
    lanes=int,
    most=int,
    bulk=int,
    alone=bool,
    now=datetime,
)

TAKE = Query(
    "SELECT * FROM sys_take(:worker, :consumer, :names, :span, :each, :tenants, :positions)",
    ReadEvent,
    worker=UUID,
    consumer=str,
    names=list[str],
    span=int,
    each=int,
    tenants=list[UUID],
    positions=list[int],
)

CLAIM = Query(
    "SELECT tenant_id, held FROM sys_claim(:worker, :consumer, :tenants, :positions, :uptos, :ids)",
    Claimed,
    worker=UUID,
    consumer=str,
    tenants=list[UUID],
    positions=list[int],
    uptos=list[int],
    ids=list[UUID],
)

TAKE_LANE = Query(
    """
    SELECT c.position FROM sys_cursors c
    WHERE c.tenant_id = :tenant_id AND c.consumer = :consumer
      AND EXISTS (
          SELECT FROM sys_leases l
          WHERE l.consumer = :consumer AND l.partition = sys_partition(:tenant_id)
            AND l.owner = :worker
      )
    FOR UPDATE OF c SKIP LOCKED
    """,
    int,
    worker=UUID,
    consumer=str,
)

MOVE_LANE = Statement(
    """
    UPDATE sys_cursors SET position = :position, moved_at = clock_timestamp()
    WHERE tenant_id = :tenant_id AND consumer = :consumer
    """,
    consumer=str,
    position=int,
)

BEGIN_RETRY = Query(
    """
    SELECT position, deaths, suspected
    FROM sys_begin_retry(:worker, :consumer, :tenant, :alone, :now)
    """,
    Due,
    worker=UUID,
    consumer=str,
    tenant=UUID,
    alone=bool,
    now=datetime,
)

EVICT = Query(
    "SELECT sys_evict(:worker, :consumer, :seconds)", int, worker=UUID, consumer=str, seconds=float
)

ALIVE = Query("SELECT true", bool)

PASSING = Query(
    """
    SELECT e.position, coalesce(c.position, 0) AS reached,
           EXISTS (
               SELECT FROM sys_retries r
               WHERE r.tenant_id = :tenant_id AND r.consumer = :consumer
                 AND r.position = e.position
           ) OR EXISTS (
               SELECT FROM sys_dead_letters d
               WHERE d.tenant_id = :tenant_id AND d.consumer = :consumer
                 AND d.position = e.position
           ) AS parked
    FROM sys_events e
    LEFT JOIN sys_cursors c ON c.tenant_id = :tenant_id AND c.consumer = :consumer
    WHERE e.tenant_id = :tenant_id AND e.insert_order = :token
    """,
    Passing,
    hot=True,
    consumer=str,
    token=int,
)

EVENT_BY_ID = Query(
    f"SELECT {EVENT} FROM sys_events e WHERE e.id = :id",  # noqa: S608  # a constant
    LoggedEvent,
    id=UUID,
)

EVENTS_AFTER = Query(
    f"""
    SELECT {EVENT} FROM sys_events e
    WHERE e.position > :after
      AND (:tenant::uuid IS NULL OR e.tenant_id = :tenant)
      AND (:name::text IS NULL OR e.name = :name)
      AND (:aggregate::text IS NULL OR e.aggregate = :aggregate)
      AND (:aggregate_id::uuid IS NULL OR e.aggregate_id = :aggregate_id)
    ORDER BY e.position LIMIT :limit
    """,  # noqa: S608  # a constant
    LoggedEvent,
    after=int,
    tenant=UUID,
    name=str,
    aggregate=str,
    aggregate_id=UUID,
    limit=int,
)

LATEST_EVENTS = Query(
    f"""
    SELECT {EVENT} FROM sys_events e
    WHERE e.position IS NOT NULL
      AND (:tenant::uuid IS NULL OR e.tenant_id = :tenant)
      AND (:name::text IS NULL OR e.name = :name)
      AND (:aggregate::text IS NULL OR e.aggregate = :aggregate)
      AND (:aggregate_id::uuid IS NULL OR e.aggregate_id = :aggregate_id)
    ORDER BY e.position DESC LIMIT :limit
    """,  # noqa: S608  # a constant
    LoggedEvent,
    tenant=UUID,
    name=str,
    aggregate=str,
    aggregate_id=UUID,
    limit=int,
)

HEAD = Query("SELECT position FROM sys_log_head", int)

OLDEST_UNSEQUENCED = Query(
    "SELECT occurred_at FROM sys_events WHERE position IS NULL ORDER BY insert_order LIMIT 1",
    datetime,
)

LAST_UNSEQUENCED = Query(
    "SELECT insert_order FROM sys_events WHERE position IS NULL ORDER BY insert_order DESC LIMIT 1",
    int,
)

UNSEQUENCED_UP_TO = Query(
    "SELECT EXISTS (SELECT FROM sys_events WHERE position IS NULL AND insert_order <= :mark)",
    bool,
    mark=int,
)

BEHIND = Query(
    """
    SELECT wanted.name FROM unnest(:consumers::text[]) AS wanted(name)
    WHERE NOT EXISTS (SELECT FROM sys_consumers c WHERE c.name = wanted.name) OR EXISTS (
        SELECT FROM sys_tenant_heads h
        LEFT JOIN sys_cursors c ON c.tenant_id = h.tenant_id AND c.consumer = wanted.name
        WHERE h.position > coalesce(c.position, 0) AND EXISTS (
            SELECT FROM sys_events e
            WHERE e.tenant_id = h.tenant_id AND e.position > coalesce(c.position, 0)
              AND e.position <= :mark
        )
    )
    """,
    str,
    consumers=list[str],
    mark=int,
)

LAGS = Query(
    """
    SELECT n.name AS consumer, coalesce(b.position, d.position) AS position, b.lag, b.oldest_at,
           (SELECT count(*) FROM sys_retries r WHERE r.consumer = n.name) AS retries,
           (SELECT count(*) FROM sys_dead_letters d WHERE d.consumer = n.name) AS dead_letters
    FROM sys_consumers n CROSS JOIN sys_log_head d CROSS JOIN LATERAL (
        SELECT min(coalesce(c.position, 0)) AS position, coalesce(sum(w.waiting), 0)::bigint AS lag,
               min(w.oldest_at) AS oldest_at
        FROM sys_tenant_heads h
        LEFT JOIN sys_cursors c ON c.tenant_id = h.tenant_id AND c.consumer = n.name
        CROSS JOIN LATERAL (
            SELECT count(*) AS waiting, min(e.occurred_at) AS oldest_at FROM (
                SELECT e.occurred_at FROM sys_events e
                WHERE e.tenant_id = h.tenant_id AND e.position > coalesce(c.position, 0)
                ORDER BY e.position LIMIT :most
            ) AS e
        ) AS w
        WHERE h.position > coalesce(c.position, 0)
    ) AS b ORDER BY n.name
    """,
    ConsumerLag,
    most=int,
)
"""Counts at most so many events of each tenant."""
