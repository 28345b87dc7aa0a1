"""The SQL statements of the feed."""

from uuid import UUID

import msgspec

from rustok.core.sql import Query
from rustok.outbox.repository import EVENT
from rustok.outbox.types import LoggedEvent


class Reached(msgspec.Struct, frozen=True, gc=False):
    """How far a tenant's events may be read, the log's end, and whether there are some."""

    tenant_id: UUID
    reached: int
    head: int
    waiting: bool


REACHED = Query(
    """
    SELECT tenant_id, reached, head, waiting
    FROM sys_feed(:behind, :span, :names, :tenants, :positions)
    """,
    Reached,
    behind=str,
    span=int,
    names=list[str],
    tenants=list[UUID],
    positions=list[int],
)

EVENTS_BETWEEN = Query(
    f"""
    SELECT {EVENT} FROM sys_events e
    WHERE e.tenant_id = :tenant_id AND e.position > :after AND e.position <= :upto
      AND e.name = ANY (:names)
    ORDER BY e.position
    """,  # noqa: S608  # a constant
    LoggedEvent,
    hot=True,
    after=int,
    upto=int,
    names=list[str],
)
