"""Sends the log on to a stream, in order of positions; one publisher of a name at a time."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from uuid import UUID, uuid4

import msgspec
import structlog

from rustok.core.db import Database
from rustok.core.db.failures import translated
from rustok.core.errors import Unavailable
from rustok.core.events.transport import EventSink, Link
from rustok.core.metrics import Metrics, Sample
from rustok.core.sql import Query, Statement
from rustok.core.tracing import publishing
from rustok.outbox import publisher_repository as repository
from rustok.outbox.loop import Loop
from rustok.outbox.publisher_repository import Held
from rustok.outbox.repository import HEAD
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.wakeups import Wakeups

_log = structlog.get_logger("rustok.outbox")
LEASE_SECONDS = 2.0
RENEW_SECONDS = 0.7


class PublisherNumbers:
    """What the publishers of a process count, one after the other."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.published = 0
        """Events that the sink has kept."""
        self.failures = 0
        """How often it did not."""
        self.place: Held | None = None
        """Where the publisher is, while it is the one that publishes."""

    def publish(self, metrics: Metrics) -> None:
        """Makes metrics of them."""
        labels = ("transport",)
        metrics.count(
            "rustok_events_published_total",
            "Events that were sent to the stream and kept by it.",
            lambda: [((self.name,), self.published)],
            labels=labels,
        )
        metrics.count(
            "rustok_publish_failures_total",
            "How often the stream did not take a batch.",
            lambda: [((self.name,), self.failures)],
            labels=labels,
        )
        metrics.gauge(
            "rustok_publisher_position",
            "The last position that was sent to the stream, by the process that sends.",
            lambda: self._of_place(lambda place: place.position),
            labels=labels,
        )
        metrics.gauge(
            "rustok_publisher_lag",
            "Sequenced events that were not sent to the stream yet, by the process that sends.",
            lambda: self._of_place(lambda place: place.head - place.position),
            labels=labels,
        )

    def _of_place(self, read: Callable[[Held], int]) -> Iterable[Sample]:
        return [] if self.place is None else [((self.name,), read(self.place))]


class Publisher:
    """A cursor over the log whose effect is outside of PostgreSQL.

    Its lease is by the database's clock, and its token is asked for in the statement that moves the
    cursor: who was stopped and wakes up moves nothing. What it still sends was sent by its
    successor too, and the stream recognises it.

    The cursor moves after the stream has kept the events, so that none is left out; after a crash
    between the two they are sent again.
    """

    def __init__(
        self,
        name: str,
        sink: EventSink,
        worker: Database,
        wakeups: Wakeups,
        settings: OutboxSettings,
        numbers: PublisherNumbers,
        *,
        batch: int,
    ) -> None:
        self.name = name
        self._numbers = numbers
        self._sink = sink
        self._worker = worker
        self._batch = batch
        self._owner: UUID = uuid4()
        self._held: Held | None = None
        self._renewed = 0.0
        self._at_hand: list[Link] = []
        """What comes next: the stream did not take it, or it was read ahead."""
        self._is_registered = False
        self._is_compared = False
        self._is_failing = False
        self._loop = Loop(
            f"publisher.{name}",
            self.step,
            wakeups.sequenced,
            poll_seconds=settings.poll_seconds,
        )

    async def run(self) -> None:
        """Publishes until stopped, through losses of the database and of the stream."""
        try:
            await self._loop.run()
        finally:
            await self._release()

    def stop(self) -> None:
        """Ends `run` after the batch that is under way."""
        self._loop.stop()

    async def step(self) -> bool:
        """Sends one batch; returns whether there may be more.

        A stream that is gone is no failure of the worker: it is asked again at the next look.
        """
        held = await self._hold()
        if held is None or held.head <= held.position:
            return False
        links = await self._links(held.position)
        if not links:
            return False
        self._at_hand = links
        try:
            await self._compare()
            following = await self._send_and_read(links, held.head)
        except Unavailable as error:
            self._failed(error)
            return False
        if following is None:
            return False
        self._numbers.published += len(links)
        self._at_hand = following
        self._recovered()
        moved = await self._keep(repository.MOVE, position=links[-1].event.position)
        return moved is not None and moved.head > moved.position

    async def drain(self) -> None:
        """Sends everything that is sequenced by now, as far as the stream takes it."""
        while await self.step():
            pass

    async def _hold(self) -> Held | None:
        """The place, with a lease that lasts; None while another publisher has it."""
        if self._held is None:
            return await self._take()
        if monotonic() - self._renewed >= RENEW_SECONDS:
            return await self._keep(repository.RENEW)
        if self._held.head <= self._held.position:
            with translated():
                head = await self._worker.pool.fetchval(HEAD.sql)
            self._has(msgspec.structs.replace(self._held, head=head), self._renewed)
        return self._held

    async def _take(self) -> Held | None:
        if not self._is_registered:
            await self._execute(repository.REGISTER, name=self.name)
            self._is_registered = True
        asked = monotonic()
        found = await self._one(
            repository.TAKE, name=self.name, owner=self._owner, seconds=LEASE_SECONDS
        )
        self._has(found, asked)
        if found is not None:
            _log.info("publisher_works", publisher=self.name, position=found.position)
        return found

    def _has(self, held: Held | None, since: float) -> None:
        if self._held is None or held is None or held.position < self._held.position:
            self._is_compared = False
        self._held, self._renewed = held, since
        self._numbers.place = held

    async def _keep(self, query: Query[Held], **values: object) -> Held | None:
        """Asks for the lease with a statement that wants the token; notices when it is lost."""
        if self._held is None:
            return None
        asked = monotonic()
        found = await self._one(
            query,
            name=self.name,
            owner=self._owner,
            token=self._held.token,
            seconds=LEASE_SECONDS,
            **values,
        )
        if found is None:
            _log.info("publisher_lost_its_lease", publisher=self.name, token=self._held.token)
        self._has(found, asked)
        return found

    async def _send_and_read(self, links: Sequence[Link], head: int) -> list[Link] | None:
        """What follows, read while the stream writes to its disk; None if the lease was lost.

        A read that fails is made again when it is needed, and then says so.
        """
        upto = links[-1].event.position
        if head <= upto:
            return [] if await self._traced(links) else None
        reading = asyncio.ensure_future(self._read(upto))
        is_sent = False
        try:
            is_sent = await self._traced(links)
        finally:
            if not is_sent:
                reading.cancel()
            (found,) = await asyncio.gather(reading, return_exceptions=True)
        if not is_sent:
            return None
        return [] if isinstance(found, BaseException) else found

    async def _traced(self, links: Sequence[Link]) -> bool:
        with publishing([link.event for link in links], stream=self._numbers.name):
            return await self._send(links)

    async def _send(self, links: Sequence[Link]) -> bool:
        """Whether the stream has kept them while the lease lasted; raises Unavailable."""
        sending = asyncio.ensure_future(self._sink.publish(links))
        try:
            while not sending.done():
                await asyncio.wait({sending}, timeout=RENEW_SECONDS)
                if not sending.done() and await self._keep(repository.RENEW) is None:
                    return False
            await sending
        finally:
            if not sending.done():
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
        return True

    async def _compare(self) -> None:
        """Empties a stream that holds what this log does not; raises Unavailable.

        A backup was restored, or a failover has lost the last commits: their positions are given
        again, to other events.
        """
        if self._is_compared:
            return
        last = await self._sink.last()
        if last is not None:
            query = repository.COMPARED
            values = {"position": last.position, "id": last.id}
            with translated():
                is_ours = await self._worker.pool.fetchval(
                    query.sql, *query.arguments(None, values)
                )
            if not is_ours:
                _log.warning(
                    "stream_of_another_history",
                    code="STREAM_OF_ANOTHER_HISTORY",
                    publisher=self.name,
                    position=last.position,
                )
                await self._sink.forget()
        self._is_compared = True

    async def _links(self, after: int) -> list[Link]:
        """Those after the position: the ones at hand, or what the log has."""
        if self._at_hand and self._at_hand[0].event.position == after + 1:
            return self._at_hand
        return await self._read(after)

    async def _read(self, after: int) -> list[Link]:
        query = repository.LINKS_AFTER
        values = {"after": after, "most": self._batch}
        with translated():
            records = await self._worker.pool.fetch(query.sql, *query.arguments(None, values))
        return [query.row(record).as_link() for record in records]

    async def _one(self, query: Query[Held], **values: object) -> Held | None:
        with translated():
            record = await self._worker.pool.fetchrow(query.sql, *query.arguments(None, values))
        return None if record is None else query.row(record)

    async def _execute(self, statement: Statement, **values: object) -> None:
        with translated():
            await self._worker.pool.execute(statement.sql, *statement.arguments(None, values))

    async def _release(self) -> None:
        if self._held is None:
            return
        held = self._held
        self._has(None, 0.0)
        try:
            await self._execute(
                repository.RELEASE, name=self.name, owner=self._owner, token=held.token
            )
        except Unavailable as error:
            _log.debug("publisher_kept_its_lease", publisher=self.name, error=error.detail)

    def _failed(self, error: Unavailable) -> None:
        self._numbers.failures += 1
        if not self._is_failing:
            _log.warning("publish_failed", publisher=self.name, code=error.code, error=error.detail)
        self._is_failing = True

    def _recovered(self) -> None:
        if self._is_failing:
            _log.info("publish_goes_on", publisher=self.name)
        self._is_failing = False
