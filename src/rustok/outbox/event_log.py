"""The log as tools read it, over all tenants."""

from uuid import UUID

from rustok.core.clock import Clock
from rustok.core.db import Database
from rustok.outbox import repository
from rustok.outbox.errors import EventUnknown
from rustok.outbox.platform import PLATFORM
from rustok.outbox.types import EventFilter, LoggedEvent, LogHealth

MOST_EVENTS = 1_000
MOST_COUNTED = 10_000


class EventLog:
    """Shows events and the state of the log; for operators, on the worker role."""

    def __init__(self, worker: Database, clock: Clock) -> None:
        self._worker = worker
        self._clock = clock

    async def tail(
        self,
        *,
        after: int | None = None,
        limit: int = 50,
        where: EventFilter | None = None,
    ) -> list[LoggedEvent]:
        """Sequenced events in order: those after a position, or without one the last."""
        wanted = where or EventFilter()
        filters = {
            "tenant": wanted.tenant_id,
            "name": wanted.name,
            "aggregate": wanted.aggregate,
            "aggregate_id": wanted.aggregate_id,
            "limit": max(1, min(limit, MOST_EVENTS)),
        }
        async with self._worker.read(PLATFORM) as session:
            if after is None:
                return (await session.all(repository.LATEST_EVENTS, **filters))[::-1]
            return await session.all(repository.EVENTS_AFTER, after=after, **filters)

    async def show(self, event_id: UUID) -> LoggedEvent:
        """One event, sequenced or not; raises EventUnknown."""
        async with self._worker.read(PLATFORM) as session:
            event = await session.maybe(repository.EVENT_BY_ID, id=event_id)
        if event is None:
            raise EventUnknown
        return event

    async def health(self) -> LogHealth:
        """How long the oldest event waits for its position, and how far each consumer is."""
        async with self._worker.read(PLATFORM) as session:
            head = await session.one(repository.HEAD)
            oldest = await session.maybe(repository.OLDEST_UNSEQUENCED)
            consumers = await session.all(repository.LAGS, most=MOST_COUNTED)
        waited = 0.0
        if oldest is not None:
            waited = max(0.0, (self._clock.now() - oldest).total_seconds())
        return LogHealth(head=head, unsequenced_seconds=waited, consumers=tuple(consumers))
