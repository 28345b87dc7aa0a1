"""The SQL statements about those who read the log."""

from uuid import UUID

import msgspec

from rustok.core.sql import Query, Statement


class Reader(msgspec.Struct, frozen=True, gc=False):
    """A consumer or a publisher. `position` is that of the tenant it is furthest behind with.

    `lag` is how many positions that is behind the log's head, of all tenants' events.
    """

    name: str
    kind: str
    position: int
    lag: int
    retries: int
    dead_letters: int


READERS = Query(
    """
    SELECT k.name, 'consumer' AS kind, h.position - coalesce(b.behind, 0) AS position,
           coalesce(b.behind, 0) AS lag,
           (SELECT count(*) FROM sys_retries r WHERE r.consumer = k.name) AS retries,
           (SELECT count(*) FROM sys_dead_letters d WHERE d.consumer = k.name) AS dead_letters
    FROM sys_consumers k CROSS JOIN sys_log_head h
    LEFT JOIN LATERAL (
        SELECT h.position - min(coalesce(c.position, 0)) AS behind
        FROM sys_tenant_heads t
        LEFT JOIN sys_cursors c ON c.tenant_id = t.tenant_id AND c.consumer = k.name
        WHERE t.position > coalesce(c.position, 0)
    ) b ON true
    UNION ALL
    SELECT p.name, 'publisher', p.position, h.position - p.position, 0, 0
    FROM sys_publishers p CROSS JOIN sys_log_head h
    ORDER BY name
    """,
    Reader,
)

IS_RUNNING = Query(
    """
    SELECT EXISTS (SELECT FROM sys_leases l WHERE l.consumer = :name AND l.owner IS NOT NULL)
        OR EXISTS (SELECT FROM sys_publishers p
                   WHERE p.name = :name AND p.expires_at > clock_timestamp()) AS is_running
    WHERE EXISTS (SELECT FROM sys_consumers k WHERE k.name = :name)
       OR EXISTS (SELECT FROM sys_publishers p WHERE p.name = :name)
    """,
    bool,
    name=str,
)

TENANTS_OF = Query(
    """
    SELECT r.tenant_id FROM sys_retries r WHERE r.consumer = :name
    UNION
    SELECT d.tenant_id FROM sys_dead_letters d WHERE d.consumer = :name
    """,
    UUID,
    name=str,
)

FORGET_RETRIES = Statement(
    "DELETE FROM sys_retries WHERE tenant_id = :tenant_id AND consumer = :name", name=str
)
FORGET_DEAD_LETTERS = Statement(
    "DELETE FROM sys_dead_letters WHERE tenant_id = :tenant_id AND consumer = :name", name=str
)
FORGET_OF_TENANT = (FORGET_RETRIES, FORGET_DEAD_LETTERS)

FORGET_SUSPECTS = Statement("DELETE FROM sys_suspects WHERE consumer = :name", name=str)
FORGET_CURSORS = Statement("DELETE FROM sys_cursors WHERE consumer = :name", name=str)
FORGET_LEASES = Statement("DELETE FROM sys_leases WHERE consumer = :name", name=str)
FORGET_CONSUMER = Statement("DELETE FROM sys_consumers WHERE name = :name", name=str)
FORGET_PUBLISHER = Statement("DELETE FROM sys_publishers WHERE name = :name", name=str)
FORGET = (FORGET_SUSPECTS, FORGET_CURSORS, FORGET_LEASES, FORGET_CONSUMER, FORGET_PUBLISHER)
