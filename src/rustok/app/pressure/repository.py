"""The SQL statements of back-pressure and of the log of operations."""

from datetime import datetime

import msgspec

from rustok.core.sql import Query


class Known(msgspec.Struct, frozen=True, gc=False):
    """The last reading, its age in seconds, and whether the caller is to look anew."""

    reading: str
    age: float | None
    claimed: bool


class Operation(msgspec.Struct, frozen=True, gc=False):
    """An entry of the log of operations; `details` is a JSON object."""

    id: int
    at: datetime
    kind: str
    subject: str
    details: str


LOOK = Query(
    "SELECT reading, age, claimed FROM sys_look_at_pressure(:seconds)", Known, seconds=float
)

KEEP = Query(
    "SELECT sys_keep_pressure(:before, :reading, :operations::text::jsonb)",
    bool,
    before=str,
    reading=str,
    operations=str,
)

NOTE = Query(
    "SELECT sys_note_operation(:kind, :subject, :details::text::jsonb)::text",
    str,
    kind=str,
    subject=str,
    details=str,
)

OPERATIONS = Query(
    """
    SELECT o.id, o.at, o.kind, o.subject, o.details::text AS details FROM sys_operations o
    WHERE (:kind::text IS NULL OR o.kind = :kind)
    ORDER BY o.id DESC LIMIT :limit
    """,
    Operation,
    kind=str,
    limit=int,
)
