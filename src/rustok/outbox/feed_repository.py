"""The SQL statements of the feed."""

from uuid import UUID

import msgspec

from rustok.core.sql import Query
from rustok.outbox.repository import EVENT
from rustok.outbox.types import LoggedEvent


class Reached(msgspec.Struct, frozen=True, gc=False):
    """How far may be read, the last position given, and the tenants that have events there."""

    reached: int
    head: int
    tenants: list[UUID]


REACHED = Query(
    "SELECT reached, head, tenants FROM sys_feed(:behind, :after, :span, :names, :tenants)",
    Reached,
    behind=str,
    after=int,
    span=int,
    names=list[str],
    tenants=list[UUID],
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
