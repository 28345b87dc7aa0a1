"""The log as a tenant's staff reads it, behind the fence."""

from uuid import UUID

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.paging import Cursor, InvalidCursor, Page, page_size
from rustok.outbox import admin_repository
from rustok.outbox.errors import EventUnknown
from rustok.outbox.permissions import EVENT_READ
from rustok.outbox.types import EventFilter, EventOrder, LoggedEvent

LARGEST = 2**63 - 1


class EventQueries:
    """Lists and shows the tenant's sequenced events."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def list(
        self,
        ctx: Context,
        where: EventFilter,
        *,
        order: EventOrder = "oldest",
        first: int | None = None,
        after: str | None = None,
    ) -> Page[LoggedEvent]:
        """A page of events in order of their positions; the filter's tenant does not count.

        `after` is a cursor, or a position as text, so that a reader can come back later for what
        has been added. Raises ValidationFailed, InvalidCursor.
        """
        ctx.require(EVENT_READ)
        size = page_size(first, "first")
        place = _place(after, order)
        matching = {
            "name": where.name,
            "aggregate": where.aggregate,
            "aggregate_id": where.aggregate_id,
            "limit": size + 1,
        }
        async with self._db.read(ctx) as session:
            if order == "oldest":
                after_position = 0 if place is None else place
                rows = await session.all(
                    admin_repository.EVENTS_AFTER, after=after_position, **matching
                )
            else:
                before = LARGEST if place is None else place
                rows = await session.all(admin_repository.EVENTS_BEFORE, before=before, **matching)
        shown = rows[:size]
        return Page(
            items=tuple(shown),
            cursors=tuple(_cursor(event, order) for event in shown),
            has_next=len(rows) > size,
        )

    async def get(self, ctx: Context, event_id: UUID) -> LoggedEvent:
        """One event, sequenced or not; raises EventUnknown."""
        ctx.require(EVENT_READ)
        async with self._db.read(ctx) as session:
            event = await session.maybe(admin_repository.EVENT_OF_TENANT, id=event_id)
        if event is None:
            raise EventUnknown
        return event


def _cursor(event: LoggedEvent, order: EventOrder) -> str:
    return Cursor(order=f"events.{order}", values=(event.position,)).encode()


def _place(after: str | None, order: EventOrder) -> int | None:
    if after is None:
        return None
    if after.isascii() and after.isdigit():
        return min(int(after[:20]), LARGEST)
    match Cursor.decode(after, f"events.{order}").values:
        case (int() as position,) if 0 <= position <= LARGEST:
            return position
    raise InvalidCursor
