"""The SQL statements of retention."""

from datetime import datetime

import msgspec

from rustok.core.sql import Query


class Expired(msgspec.Struct, frozen=True, gc=False):
    """How far a look for old events came, how many it deleted, and whether there may be more."""

    reached: int
    deleted: int
    more: bool


EXPIRE = Query(
    "SELECT reached, deleted, more FROM sys_expire(:after, :span, :names, :before, :other_before)",
    Expired,
    after=int,
    span=int,
    names=list[str],
    before=datetime | None,
    other_before=datetime | None,
)

HOLDING_BACK = Query(
    """
    SELECT k.name FROM sys_consumers k
    WHERE NOT EXISTS (
        SELECT FROM sys_leases l WHERE l.consumer = k.name AND l.owner IS NOT NULL
    ) AND EXISTS (
        SELECT FROM sys_tenant_heads h
        LEFT JOIN sys_cursors c ON c.tenant_id = h.tenant_id AND c.consumer = k.name
        JOIN LATERAL (
            SELECT e.occurred_at FROM sys_events e
            WHERE e.tenant_id = h.tenant_id AND e.position > coalesce(c.position, 0)
            ORDER BY e.position LIMIT 1
        ) waiting ON waiting.occurred_at < :before
        WHERE h.position > coalesce(c.position, 0)
    )
    ORDER BY k.name
    """,
    str,
    before=datetime,
)
