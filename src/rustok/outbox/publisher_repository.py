"""The SQL statements of the publisher."""

from uuid import UUID

import msgspec

from rustok.core.events.transport import Link
from rustok.core.sql import Query, Statement
from rustok.outbox.repository import EVENT
from rustok.outbox.types import LoggedEvent


class Held(msgspec.Struct, frozen=True, gc=False):
    """A publisher's place, its fencing token, and the last position of the log."""

    position: int
    token: int
    head: int


class LinkedEvent(LoggedEvent, frozen=True, gc=False):
    """An event, and the position of its tenant's event before it, 0 for the first."""

    previous: int

    def as_link(self) -> Link:
        """As it is sent."""
        return Link(event=self.as_event(), previous=self.previous)


REGISTER = Statement(
    "INSERT INTO sys_publishers (name) VALUES (:name) ON CONFLICT (name) DO NOTHING", name=str
)

TAKE = Query(
    """
    UPDATE sys_publishers p
    SET owner = :owner, token = p.token + 1,
        expires_at = clock_timestamp() + :seconds * interval '1 second'
    WHERE p.name = :name AND (p.expires_at IS NULL OR p.expires_at <= clock_timestamp())
    RETURNING p.position, p.token, (SELECT h.position FROM sys_log_head h) AS head
    """,
    Held,
    name=str,
    owner=UUID,
    seconds=float,
)

RENEW = Query(
    """
    UPDATE sys_publishers p SET expires_at = clock_timestamp() + :seconds * interval '1 second'
    WHERE p.name = :name AND p.owner = :owner AND p.token = :token
    RETURNING p.position, p.token, (SELECT h.position FROM sys_log_head h) AS head
    """,
    Held,
    name=str,
    owner=UUID,
    token=int,
    seconds=float,
)

MOVE = Query(
    """
    UPDATE sys_publishers p
    SET position = :position, moved_at = clock_timestamp(),
        expires_at = clock_timestamp() + :seconds * interval '1 second'
    WHERE p.name = :name AND p.owner = :owner AND p.token = :token
    RETURNING p.position, p.token, (SELECT h.position FROM sys_log_head h) AS head
    """,
    Held,
    name=str,
    owner=UUID,
    token=int,
    position=int,
    seconds=float,
)

RELEASE = Statement(
    """
    UPDATE sys_publishers SET expires_at = clock_timestamp()
    WHERE name = :name AND owner = :owner AND token = :token
    """,
    name=str,
    owner=UUID,
    token=int,
)

COMPARED = Query(
    """
    SELECT h.position >= :position AND NOT EXISTS (
        SELECT FROM sys_events e WHERE e.position = :position AND e.id <> :id
    )
    FROM sys_log_head h
    """,
    bool,
    position=int,
    id=UUID,
)

LINKS_AFTER = Query(
    f"""
    SELECT {EVENT}, coalesce(
        lag(e.position) OVER (PARTITION BY e.tenant_id ORDER BY e.position),
        (SELECT before.position FROM sys_events before
         WHERE before.tenant_id = e.tenant_id AND before.position < e.position
         ORDER BY before.position DESC LIMIT 1),
        0
    ) AS previous
    FROM (
        SELECT * FROM sys_events WHERE position > :after ORDER BY position LIMIT :most
    ) e
    ORDER BY e.position
    """,  # noqa: S608  # a constant
    LinkedEvent,
    after=int,
    most=int,
)
