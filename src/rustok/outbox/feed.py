"""Implements the Feed port: one reader of the log a process, however many listen."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Self
from uuid import UUID

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.db.failures import translated
from rustok.core.events.event import Event
from rustok.core.feed import ListenerTooSlow, Topic
from rustok.outbox import feed_repository
from rustok.outbox.feed_repository import Reached
from rustok.outbox.loop import Loop
from rustok.outbox.platform import on_behalf_of
from rustok.outbox.wakeups import Wakeups

SPAN = 1_000
"""How many positions one look spans."""
POLL_SECONDS = 0.25
FIRST_PAUSE_SECONDS = 0.01


class FeedListener:
    """The events that wait for one listener, of its tenant and topic alone."""

    def __init__(self, tenant_id: UUID, topic: Topic, most: int) -> None:
        self.tenant_id = tenant_id
        self.topic = topic
        self._most = most
        self._waiting: deque[Event] = deque()
        self._arrived = asyncio.Event()
        self._missed = False

    def offer(self, event: Event) -> None:
        """Adds an event of the tenant, if it is one of the topic."""
        topic = self.topic
        if event.tenant_id != self.tenant_id or event.name not in topic.events:
            return
        if topic.aggregate_id is not None and event.aggregate_id != topic.aggregate_id:
            return
        if len(self._waiting) == self._most:
            self._missed = True
            self._waiting.clear()
        elif not self._missed:
            self._waiting.append(event)
        self._arrived.set()

    def __aiter__(self) -> Self:
        """The listener itself."""
        return self

    async def __anext__(self) -> Event:
        """The next event; raises ListenerTooSlow."""
        while not self._waiting:
            if self._missed:
                raise ListenerTooSlow
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()


class LogFeed:
    """Reads behind each consumer that somebody waits for, while somebody does."""

    def __init__(self, db: Database, wakeups: Wakeups, *, most_waiting: int) -> None:
        self.reads = 0
        self._db = db
        self._wakeups = wakeups
        self._most_waiting = most_waiting
        self._tails: dict[str | None, _Tail] = {}
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def listeners(self) -> int:
        """How many listen at this moment."""
        return sum(len(tail.listeners) for tail in self._tails.values())

    @asynccontextmanager
    async def listen(self, ctx: Context, topic: Topic) -> AsyncIterator[AsyncIterator[Event]]:
        """The events of the context's tenant, from when the block is entered until it is left."""
        listener = FeedListener(ctx.tenant.id, topic, self._most_waiting)
        tail = self._tails.get(topic.behind)
        if tail is None:
            tail = self._tails[topic.behind] = _Tail(self, topic.behind)
        tail.expected += 1
        try:
            await tail.join(listener)
            yield listener
        finally:
            tail.expected -= 1
            tail.listeners.discard(listener)
            if not tail.expected:
                del self._tails[topic.behind]
                tail.stop()

    async def reached(
        self, behind: str | None, places: Mapping[UUID, int | None], names: Sequence[str]
    ) -> list[Reached]:
        """How far each tenant's events may be read after its place, and whether there are some."""
        query = feed_repository.REACHED
        values = {
            "behind": behind,
            "span": SPAN,
            "names": list(names),
            "tenants": list(places),
            "positions": list(places.values()),
        }
        with translated():
            records = await self._db.pool.fetch(query.sql, *query.arguments(None, values))
        return [query.row(record) for record in records]

    async def read(
        self, tenant_id: UUID, after: int, upto: int, listeners: Iterable[FeedListener]
    ) -> list[Event]:
        """A tenant's events up to a position, behind the fence."""
        self.reads += 1
        async with self._db.read(on_behalf_of(tenant_id)) as session:
            rows = await session.all(
                feed_repository.EVENTS_BETWEEN, after=after, upto=upto, names=_names(listeners)
            )
        return [row.as_event() for row in rows]

    def start(self, tail: "_Tail") -> Loop:
        """Runs a tail until it is stopped."""
        bell = self._wakeups.sequenced if tail.behind is None else self._wakeups.passed
        loop = Loop(f"feed.{tail.behind}", tail.advance, bell, poll_seconds=POLL_SECONDS)
        task = asyncio.create_task(loop.run(), name="feed")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return loop


class _Tail:
    """Follows one consumer, or the log's head. Who joins waits for the look that is under way:

    what that look finds was there before, and the next one looks for them too.
    """

    def __init__(self, feed: LogFeed, behind: str | None) -> None:
        self.behind = behind
        self.listeners: set[FeedListener] = set()
        self.expected = 0
        self._feed = feed
        self._places: dict[UUID, int] = {}
        self._turn = asyncio.Lock()
        self._loop: Loop | None = None
        self._pause = FIRST_PAUSE_SECONDS

    async def join(self, listener: FeedListener) -> None:
        async with self._turn:
            tenant_id = listener.tenant_id
            if tenant_id not in self._places:
                (found,) = await self._feed.reached(self.behind, {tenant_id: None}, ())
                self._places[tenant_id] = found.reached
            self.listeners.add(listener)
            if self._loop is None:
                self._loop = self._feed.start(self)

    def stop(self) -> None:
        if self._loop is not None:
            self._loop.stop()

    async def advance(self) -> bool:
        """Tells what there is; whether to look again at once."""
        async with self._turn:
            if not self.listeners:
                return False
            is_behind = await self._tell()
        if not is_behind:
            return False
        # the consumer works: in another process nobody says when it has passed an event
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, POLL_SECONDS)
        return True

    async def _tell(self) -> bool:
        listeners = tuple(self.listeners)
        listening = {listener.tenant_id for listener in listeners}
        self._places = {one: at for one, at in self._places.items() if one in listening}
        is_behind = False
        for found in await self._feed.reached(self.behind, self._places, _names(listeners)):
            own = [one for one in listeners if one.tenant_id == found.tenant_id]
            after = self._places[found.tenant_id]
            is_behind |= found.reached < found.head
            if found.waiting:
                for event in await self._feed.read(found.tenant_id, after, found.reached, own):
                    for listener in own:
                        listener.offer(event)
            if found.reached != after:
                self._pause = FIRST_PAUSE_SECONDS
            self._places[found.tenant_id] = found.reached
        return is_behind


def _names(listeners: Iterable[FeedListener]) -> list[str]:
    return sorted({name for listener in listeners for name in listener.topic.events})
