"""Runs a consumer: its cursor moves in the transaction of its effect."""

from collections.abc import Sequence
from enum import Enum
from uuid import UUID

import asyncpg
import structlog

from rustok.core.clock import Clock
from rustok.core.db import Database, WriteSession
from rustok.core.db.database import EventStore
from rustok.core.db.failures import translated
from rustok.core.errors import DeadlineExceeded
from rustok.core.events.ports import Consumer
from rustok.core.tenants import TenantDirectory
from rustok.outbox import parking_repository, repository
from rustok.outbox.backoff import BatchSize
from rustok.outbox.delivery import Delivery, HandlerFailed
from rustok.outbox.loop import Loop
from rustok.outbox.parking import Parking, reason
from rustok.outbox.parking_repository import DueEvent
from rustok.outbox.platform import PLATFORM, on_behalf_of
from rustok.outbox.repository import Cursor, Look, ReadEvent
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.types import EVENT_ID, LoggedEvent
from rustok.outbox.wakeups import Wakeups

_log = structlog.get_logger("rustok.outbox")
_FAILURES = (HandlerFailed, asyncpg.PostgresError, DeadlineExceeded)
WINDOW = 10_000
"""How many positions one look spans: a consumer of rare events passes the others in steps."""


class Step(Enum):
    """What a runner found."""

    IDLE = "idle"
    WORKED = "worked"
    ELSEWHERE = "elsewhere"


class ConsumerRunner:
    """Applies the log to one consumer. Of several runners the one with the cursor's lock works.

    A transaction that fails is repeated with fewer events, each time all of it: so the failure of
    a commit, or of a handler that swallowed the database's error, is found the same way.
    """

    def __init__(
        self,
        consumer: Consumer,
        worker: Database,
        *,
        store: EventStore,
        tenants: TenantDirectory,
        wakeups: Wakeups,
        clock: Clock,
        settings: OutboxSettings,
    ) -> None:
        self.name = consumer.name
        self._names = None if consumer.events is None else list(consumer.events)
        self._worker = worker
        self._store = store
        self._wakeups = wakeups
        self._clock = clock
        self._delivery = Delivery(consumer, tenants, store, limit_seconds=settings.handler_seconds)
        self._parking = Parking(consumer.name, consumer.retry, clock, worker.ids)
        self._size = BatchSize(settings.consume_batch)
        self._loop = Loop(
            self.name, self._found_work, wakeups.sequenced, poll_seconds=settings.poll_seconds
        )

    async def run(self) -> None:
        """Applies events until stopped, through losses of the connection."""
        await self._loop.run()

    def stop(self) -> None:
        """Ends `run` after the batch that is under way."""
        self._loop.stop()

    async def drain(self) -> bool:
        """Applies what is sequenced and retries what is due by now; returns whether it did any."""
        worked = False
        while await self._found_work():
            worked = True
        return worked

    async def step(self) -> Step:
        """Applies one batch and retries one event."""
        look = await self._look()
        if look is None:
            await self._register()
            return Step.WORKED
        if look.passed:
            self._wakeups.tell_passed()
        step = Step.IDLE
        if look.tenant_id is not None:
            step = await self._advance(look.tenant_id)
        elif look.behind:
            step = Step.WORKED if look.passed else Step.ELSEWHERE
        if look.retry_due and step is not Step.ELSEWHERE:
            step = await self._retry()
        return step

    async def _found_work(self) -> bool:
        return await self.step() is Step.WORKED

    async def _look(self) -> Look | None:
        query = repository.LOOK
        arguments = query.arguments(
            None,
            {
                "consumer": self.name,
                "names": self._names,
                "span": WINDOW,
                "now": self._clock.now(),
            },
        )
        with translated():
            record = await self._worker.pool.fetchrow(query.sql, *arguments)
        return None if record is None else query.row(record)

    async def _register(self) -> None:
        async with self._worker.write(PLATFORM) as session:
            await session.execute(repository.REGISTER, consumer=self.name, now=self._clock.now())

    async def _advance(self, tenant_id: UUID) -> Step:
        events: Sequence[ReadEvent] = ()
        try:
            async with self._worker.write(on_behalf_of(tenant_id)) as session:
                events = await session.all(
                    repository.TAKE,
                    consumer=self.name,
                    names=self._names,
                    span=WINDOW,
                    most=self._size.value,
                    now=self._clock.now(),
                )
                recorded = await self._apply(session, events)
        except _FAILURES as error:
            if all(event.held for event in events):
                raise
            await self._narrow(events, _cause(error))
            return Step.WORKED
        if not events:
            return Step.ELSEWHERE
        self._done(recorded=recorded)
        return Step.WORKED

    async def _take_cursor(self, session: WriteSession) -> Cursor | None:
        return await session.maybe(repository.TAKE_CURSOR, consumer=self.name)

    async def _move_cursor(self, session: WriteSession, position: int) -> None:
        await session.execute(
            repository.MOVE_CURSOR, consumer=self.name, position=position, now=self._clock.now()
        )

    async def _apply(self, session: WriteSession, events: Sequence[ReadEvent]) -> bool:
        recorded = False
        for tenant_id, own in _by_tenant(events).items():
            if session.tenant_id != tenant_id:
                await session.switch_tenant(tenant_id)
            free = [event.as_event() for event in own if not event.held]
            held = [event for event in own if event.held]
            if free:
                recorded |= await self._delivery.deliver(session, tenant_id, free)
            if held:
                await self._parking.hold(session, held)
        return recorded

    def _done(self, *, recorded: bool) -> None:
        self._size.succeeded()
        self._wakeups.tell_passed()
        if recorded:
            self._store.wake()

    async def _narrow(self, events: Sequence[ReadEvent], error: BaseException) -> None:
        if len(events) > 1:
            slow = isinstance(error, TimeoutError | DeadlineExceeded)
            self._size.failed(len(events), slow=slow)
            return
        event = events[0]
        async with self._worker.write(PLATFORM) as session:
            cursor = await self._take_cursor(session)
            if cursor is None or event.position is None or cursor.position >= event.position:
                return
            await session.switch_tenant(event.tenant_id)
            dead = await self._parking.failed(
                session, event, error, attempts=1, first_failed_at=None
            )
            await self._move_cursor(session, event.position)
        self._log_failure(event, error, attempts=1, dead=dead)
        self._done(recorded=False)

    async def _retry(self) -> Step:
        due = None
        try:
            async with self._worker.write(PLATFORM) as session:
                if await self._take_cursor(session) is None:
                    return Step.ELSEWHERE
                due = await session.maybe(
                    parking_repository.DUE, consumer=self.name, now=self._clock.now()
                )
                if due is None:
                    return Step.IDLE
                await session.switch_tenant(due.tenant_id)
                recorded = await self._delivery.deliver(session, due.tenant_id, [due.as_event()])
                await self._parking.release(session, due)
        except _FAILURES as error:
            if due is None:
                raise
            await self._failed_again(due, _cause(error))
            return Step.WORKED
        if recorded:
            self._store.wake()
        return Step.WORKED

    async def _failed_again(self, due: DueEvent, error: BaseException) -> None:
        attempts = due.attempts + 1
        async with self._worker.write(PLATFORM) as session:
            if await self._take_cursor(session) is None:
                return
            await session.switch_tenant(due.tenant_id)
            known = await session.maybe(
                parking_repository.RETRY_ATTEMPTS, consumer=self.name, position=due.position
            )
            if known != due.attempts:
                return
            dead = await self._parking.failed(
                session, due, error, attempts=attempts, first_failed_at=due.first_failed_at
            )
        self._log_failure(due, error, attempts=attempts, dead=dead)

    def _log_failure(
        self, event: LoggedEvent, error: BaseException, *, attempts: int, dead: bool
    ) -> None:
        _log.warning(
            "event_dead" if dead else "event_failed",
            consumer=self.name,
            event_id=EVENT_ID.text(event.id),
            event_name=event.name,
            attempts=attempts,
            error=reason(error),
        )


def _by_tenant(events: Sequence[ReadEvent]) -> dict[UUID, list[ReadEvent]]:
    found: dict[UUID, list[ReadEvent]] = {}
    for event in events:
        found.setdefault(event.tenant_id, []).append(event)
    return found


def _cause(error: BaseException) -> BaseException:
    return error.__cause__ or error if isinstance(error, HandlerFailed) else error
