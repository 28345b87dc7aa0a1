"""The SQL statements of back-pressure."""

import msgspec

from rustok.core.sql import Query


class Known(msgspec.Struct, frozen=True, gc=False):
    """The last reading, its age in seconds, and whether the caller is to look anew."""

    reading: str
    age: float | None
    claimed: bool


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
