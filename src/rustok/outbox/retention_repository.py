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
