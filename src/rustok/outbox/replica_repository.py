"""The SQL statements that compare a replica with the primary, and read a lane where both agree."""

from uuid import UUID

import msgspec

from rustok.core.sql import Query
from rustok.outbox.repository import EVENT
from rustok.outbox.types import LoggedEvent

_SYSTEM = "(SELECT s.system_identifier::text FROM pg_control_system() s)"
# Of a standby it may be the one of a moment ago, until it has written down that it follows another.
_TIMELINE = """
    CASE
        WHEN pg_is_in_recovery() THEN (
            SELECT greatest(c.timeline_id, r.min_recovery_end_timeline)
            FROM pg_control_checkpoint() c, pg_control_recovery() r)
        ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer
    END
"""
# Every transaction that applies something to a lane writes its row anew, so that a node which shows
# the very same row shows all that the transaction saw.
_MARK = f"concat_ws('/', {_SYSTEM}, {_TIMELINE}, c.position, extract(epoch FROM c.moved_at))"


class NodeRow(msgspec.Struct, frozen=True, gc=False):
    """What a node says of itself: which system's it is, by which timeline, and how far its
    write-ahead log goes, in bytes."""

    is_replica: bool
    system: str
    timeline: int
    place: int


class ShownEvent(LoggedEvent, frozen=True, gc=False):
    """An event as a replica shows it; `mark` is the row of its lane there."""

    mark: str


class MarkRow(msgspec.Struct, frozen=True, gc=False):
    """The row of a tenant's lane."""

    tenant_id: UUID
    mark: str


NODE = Query(
    f"""
    SELECT pg_is_in_recovery() AS is_replica, {_SYSTEM} AS system, {_TIMELINE} AS timeline,
           CASE WHEN pg_is_in_recovery()
               THEN coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)
               ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')
           END::bigint AS place
    """,
    NodeRow,
)

SHOWN = Query(
    f"""
    SELECT {EVENT}, {_MARK} AS mark
    FROM unnest(:tenants::uuid[], :positions::bigint[]) AS lane (tenant_id, reached)
    JOIN sys_cursors c ON c.tenant_id = lane.tenant_id AND c.consumer = :consumer
        AND c.position = lane.reached
    CROSS JOIN LATERAL (
        SELECT * FROM sys_events s
        WHERE s.tenant_id = lane.tenant_id
          AND s.position > lane.reached AND s.position <= lane.reached + :span
          AND (:names::text[] IS NULL OR s.name = ANY (:names))
        ORDER BY s.position LIMIT :each
    ) AS e
    WHERE pg_is_in_recovery()
    ORDER BY e.position
    """,  # noqa: S608  # a constant
    ShownEvent,
    consumer=str,
    tenants=list[UUID],
    positions=list[int],
    names=list[str],
    span=int,
    each=int,
)

LOCK_LANES = Query(
    f"""
    SELECT c.tenant_id, {_MARK} AS mark
    FROM unnest(:tenants::uuid[], :positions::bigint[]) AS lane (tenant_id, reached)
    JOIN sys_cursors c ON c.tenant_id = lane.tenant_id AND c.consumer = :consumer
        AND c.position = lane.reached
    FOR UPDATE OF c SKIP LOCKED
    """,  # noqa: S608  # a constant
    MarkRow,
    consumer=str,
    tenants=list[UUID],
    positions=list[int],
)

# Consumers and the sequencer do not wait for the disk, and what is not on it yet is sent to no
# replica. This commit waits, for itself and for all before it.
FLUSH = Query("SELECT pg_logical_emit_message(true, 'rustok', 'replica')::text", str)
