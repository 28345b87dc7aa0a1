"""What all processes know together of the backlog: one looks, the others believe it."""

from collections.abc import Sequence
from time import monotonic
from typing import Final, TypeVar

import msgspec

from rustok.app.pressure import repository
from rustok.core.db import Database
from rustok.core.db.failures import translated
from rustok.core.pressure import Backlog, Capacity, Reading, Transition
from rustok.core.sql import Query

R = TypeVar("R")
ACQUIRE_SECONDS: Final = 0.25
"""Requests that have a connection may wait for this: it must not wait for one of theirs."""
COUNTED: Final = 1.25
"""Events are counted up to this many times a capacity, so that a backlog is seen to shrink."""
BUSY: Final = 1 / 20
"""A look that takes long is not repeated before it was this part of the time."""
MOST_PAUSE_SECONDS: Final = 15.0


class SharedReading:
    """Keeps the reading in PostgreSQL; whoever is to look anew asks the backlog."""

    def __init__(self, db: Database, backlog: Backlog, capacity: Capacity, every: float) -> None:
        self._db = db
        self._backlog = backlog
        self._capacity = capacity
        self._every = every
        self._pause = 0.0

    async def look(self) -> tuple[Reading, Sequence[Transition]]:
        """The reading of this moment, and what changed if it was ours to look.

        Raises DatabaseUnavailable, DeadlineExceeded.
        """
        known = await self._one(repository.LOOK, seconds=max(self._every, self._pause))
        before = _decoded(known.reading)
        self._pause = before.pause
        if not known.claimed:
            return before, ()
        began = monotonic()
        waiting = await self._backlog.waiting(
            tenant_most=int(COUNTED * self._capacity.tenant),
            most=int(COUNTED * self._capacity.total),
        )
        pause = min((monotonic() - began) / BUSY, MOST_PAUSE_SECONDS)
        reading, changes = before.after(waiting, self._capacity, known.age or 0.0)
        reading = msgspec.structs.replace(reading, pause=round(pause, 3))
        was_first = await self._one(
            repository.KEEP,
            before=known.reading,
            reading=msgspec.json.encode(reading).decode(),
            operations=msgspec.json.encode([_entry(change) for change in changes]).decode(),
        )
        return reading, changes if was_first else ()

    async def _one(self, query: Query[R], **params: object) -> R:
        arguments = query.arguments(None, params)
        with translated():
            async with self._db.pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                record = await connection.fetchrow(query.sql, *arguments)
        return query.row(record)


def _decoded(text: str) -> Reading:
    if not text:
        return Reading()
    try:
        return msgspec.json.decode(text, type=Reading)
    except msgspec.MsgspecError:  # another version of the platform wrote it
        return Reading()


def _entry(change: Transition) -> dict[str, object]:
    details = {
        "from": change.before,
        "to": change.now,
        "events": change.events,
        "capacity": change.capacity,
    }
    return {"subject": change.subject, "details": details}
