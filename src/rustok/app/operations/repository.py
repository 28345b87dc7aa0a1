"""The SQL statements of the log of operations."""

from datetime import datetime

import msgspec

from rustok.core.sql import Query


class Operation(msgspec.Struct, frozen=True, gc=False):
    """An entry of the log of operations; `details` is a JSON object."""

    id: int
    at: datetime
    kind: str
    subject: str
    details: str


NOTE = Query(
    "SELECT sys_note_operation(:kind, :subject, :details::text::jsonb)::text",
    str,
    kind=str,
    subject=str,
    details=str,
)

LATEST = Query(
    """
    SELECT o.id, o.at, o.kind, o.subject, o.details::text AS details FROM sys_operations o
    WHERE (:kind::text IS NULL OR o.kind = :kind)
    ORDER BY o.id DESC LIMIT :limit
    """,
    Operation,
    kind=str | None,
    limit=int,
)
