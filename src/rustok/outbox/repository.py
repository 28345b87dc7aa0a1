"""The SQL statements of the log and its cursors."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement
from rustok.outbox.types import ConsumerLag, LoggedEvent

EVENT = """
    e.tenant_id, e.insert_order, e.position, e.id, e.name, e.schema_version, e.aggregate,
    e.aggregate_id, e.aggregate_version, e.payload::text AS payload, e.occurred_at, e.actor_id,
    e.correlation_id, e.causation_id
"""


class Cursor(msgspec.Struct, frozen=True, gc=False):
    """A consumer's position, and the last one given."""

    position: int
    head: int


class Look(msgspec.Struct, frozen=True, gc=False):
    """What a consumer has to do; `tenant_id` is that of the next event it wants.

    `passed`: it has just been moved past events it does not want. `behind`: there is more.
    """

    behind: bool
    passed: bool
    tenant_id: UUID | None
    retry_due: bool


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
            payload, occurred_at, actor_id, correlation_id, causation_id
        )
        SELECT :tenant_id, f.id, f.name, f.schema_version, f.aggregate, f.aggregate_id,
               f.aggregate_version, f.payload::json, :now, :actor_id, :correlation_id,
               :causation_id
        FROM unnest(
            :ids::uuid[], :names::text[], :schema_versions::int[], :aggregates::text[],
            :aggregate_ids::uuid[], :aggregate_versions::bigint[], :payloads::text[]
        ) WITH ORDINALITY AS f(
            id, name, schema_version, aggregate, aggregate_id, aggregate_version, payload, place
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
    now=datetime,
    actor_id=UUID,
    correlation_id=str,
    causation_id=UUID,
)

SEQUENCE = Query("SELECT numbered, head FROM sys_sequence(:batch)", Sequenced, batch=int)

REGISTER = Statement(
    """
    INSERT INTO sys_consumers (name, moved_at) VALUES (:consumer, :now)
    ON CONFLICT (name) DO NOTHING
    """,
    consumer=str,
    now=datetime,
)

LOOK = Query(
    "SELECT behind, passed, tenant_id, retry_due FROM sys_look(:consumer, :names, :span, :now)",
    Look,
    consumer=str,
    names=list[str],
    span=int,
    now=datetime,
)

TAKE_CURSOR = Query(
    """
    SELECT c.position, h.position AS head
    FROM sys_consumers c CROSS JOIN sys_log_head h
    WHERE c.name = :consumer FOR UPDATE OF c SKIP LOCKED
    """,
    Cursor,
    consumer=str,
)

MOVE_CURSOR = Statement(
    "UPDATE sys_consumers SET position = :position, moved_at = :now WHERE name = :consumer",
    consumer=str,
    position=int,
    now=datetime,
)

TAKE = Query(
    "SELECT * FROM sys_take(:consumer, :names, :span, :most, :now)",
    ReadEvent,
    consumer=str,
    names=list[str],
    span=int,
    most=int,
    now=datetime,
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
    FROM sys_events e LEFT JOIN sys_consumers c ON c.name = :consumer
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
    WHERE NOT EXISTS (
        SELECT FROM sys_consumers c WHERE c.name = wanted.name AND c.position >= :mark
    )
    """,
    str,
    consumers=list[str],
    mark=int,
)

LAGS = Query(
    """
    SELECT c.name AS consumer, c.position, h.position - c.position AS lag,
           (SELECT e.occurred_at FROM sys_events e
            WHERE e.position > c.position ORDER BY e.position LIMIT 1) AS oldest_at,
           (SELECT count(*) FROM sys_retries r WHERE r.consumer = c.name) AS retries,
           (SELECT count(*) FROM sys_dead_letters d WHERE d.consumer = c.name) AS dead_letters
    FROM sys_consumers c CROSS JOIN sys_log_head h ORDER BY c.name
    """,
    ConsumerLag,
)
