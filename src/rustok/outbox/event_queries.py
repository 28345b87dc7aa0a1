"""The log as a tenant's staff reads it, behind the fence."""

from collections.abc import Sequence
from uuid import UUID

from rustok.core.context import Context
from rustok.core.db import ReadSession
from rustok.core.host import Host
from rustok.core.identity import Actors
from rustok.core.paging import Cursor, InvalidCursor, Page, page_size
from rustok.outbox import admin_repository
from rustok.outbox.errors import EventUnknown
from rustok.outbox.permissions import EVENT_READ
from rustok.outbox.types import EventFilter, EventOrder, LoggedEvent, ShownEvent

LARGEST = 2**63 - 1


class EventQueries:
    """Lists and shows the tenant's sequenced events."""

    def __init__(self, host: Host) -> None:
        self._db = host.db
        self._host = host  # auth is built later than the log

    async def list(
        self,
        ctx: Context,
        where: EventFilter,
        *,
        order: EventOrder = "oldest",
        first: int | None = None,
        after: str | None = None,
    ) -> Page[ShownEvent]:
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
            items = await self._shown(session, shown)
        return Page(
            items=items,
            cursors=tuple(_cursor(event, order) for event in shown),
            has_next=len(rows) > size,
        )

    async def get(self, ctx: Context, event_id: UUID) -> ShownEvent:
        """One event, sequenced or not; raises EventUnknown."""
        ctx.require(EVENT_READ)
        async with self._db.read(ctx) as session:
            event = await session.maybe(admin_repository.EVENT_OF_TENANT, id=event_id)
            if event is None:
                raise EventUnknown
            (shown,) = await self._shown(session, [event])
        return shown

    async def _shown(
        self, session: ReadSession, events: Sequence[LoggedEvent]
    ) -> tuple[ShownEvent, ...]:
        ids = {event.actor_id for event in events if event.actor_id is not None}
        texts = await self._host.get(Actors).texts(session, ids) if ids else {}
        return tuple(
            ShownEvent(event, None if event.actor_id is None else texts[event.actor_id])
            for event in events
        )


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
