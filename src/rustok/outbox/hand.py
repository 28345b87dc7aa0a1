"""One hand of a worker: looks what a consumer is to do, takes it, applies it, parks what fails."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from time import monotonic
from typing import Literal, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import structlog

from rustok.core.clock import Clock
from rustok.core.db import Database, WriteSession
from rustok.core.db.database import EventStore
from rustok.core.db.failures import translated
from rustok.core.errors import DeadlineExceeded
from rustok.core.events.event import Event
from rustok.core.events.ports import Consumer
from rustok.core.events.transport import Lane, Stretch
from rustok.core.sql import Query
from rustok.outbox import parking_repository, repository
from rustok.outbox.backoff import BatchSize
from rustok.outbox.counts import ConsumerCounts
from rustok.outbox.delivery import Delivery, HandlerFailed
from rustok.outbox.membership import Membership
from rustok.outbox.parking import Parking, reason
from rustok.outbox.parking_repository import DueEvent
from rustok.outbox.platform import on_behalf_of
from rustok.outbox.repository import Look, ReadEvent
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.sources import Sources
from rustok.outbox.stuck import HandlerStuck
from rustok.outbox.types import EVENT_ID, LoggedEvent
from rustok.outbox.wakeups import Wakeups

_log = structlog.get_logger("rustok.outbox")
_FAILURES = (HandlerFailed, asyncpg.PostgresError, DeadlineExceeded)
R = TypeVar("R")
WINDOW = 10_000
"""How many positions one look spans: a consumer of rare events passes the others in steps."""
MOST_LANES = 8
"""How many tenants' events one transaction applies."""
MOST_DEATHS = 3
"""So many workers may die at an event that they applied alone; then it is dead itself."""

HandName = Literal["prompt", "bulk", "both"]


class WorkerDied(Exception):
    """The process that applied the event did not live to tell."""


class Step(Enum):
    """What a hand found."""

    IDLE = "idle"
    WORKED = "worked"
    ELSEWHERE = "elsewhere"


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What the hands of one consumer have in common."""

    consumer: Consumer
    worker: Database
    membership: Membership
    delivery: Delivery
    parking: Parking
    sources: Sources
    store: EventStore
    wakeups: Wakeups
    clock: Clock
    counts: ConsumerCounts
    settings: OutboxSettings


class Hand:
    """The prompt hand serves tenants with little to do, the bulk hand the others.

    A transaction that fails is repeated with fewer events, each time all of it: so the failure of
    a commit, or of a handler that swallowed the database's error, is found the same way.
    """

    def __init__(self, name: HandName, parts: Parts) -> None:
        self.name = name
        self._parts = parts
        self._consumer = parts.consumer.name
        self._names = None if parts.consumer.events is None else list(parts.consumer.events)
        self._size = BatchSize(parts.settings.consume_batch)
        self._blocked_since: float | None = None
        self._waits: dict[tuple[UUID, int], float] = {}

    async def step(self) -> Step:
        """Applies one batch and retries one event."""
        await self._parts.membership.ensure()
        look = await self._look()
        if look.passed:
            self._parts.wakeups.tell_passed()
        step = Step.IDLE
        if look.tenants:
            step = await self._advance(look)
        elif look.behind:
            step = Step.WORKED if look.passed else Step.ELSEWHERE
        await self._mind_blocking(step)
        if look.retry_tenant is not None and step is not Step.ELSEWHERE:
            step = await self._retry(look.retry_tenant)
        return step

    async def _ask(self, query: Query[R], values: Mapping[str, object]) -> R | None:
        arguments = query.arguments(
            None, {"worker": self._parts.membership.id, "consumer": self._consumer, **values}
        )
        with translated():
            record = await self._parts.worker.pool.fetchrow(query.sql, *arguments)
        return None if record is None else query.row(record)

    async def _look(self) -> Look:
        look = await self._ask(
            repository.LOOK,
            {
                "hand": self.name,
                "names": self._names,
                "span": WINDOW,
                "lanes": min(self._size.value, MOST_LANES),
                "most": self._each(min(self._size.value, MOST_LANES)),
                "bulk": self._parts.settings.bulk_events,
                "now": self._parts.clock.now(),
            },
        )
        assert look is not None
        return look

    def _each(self, lanes: int) -> int:
        return max(1, self._size.value // lanes)

    async def _advance(self, look: Look) -> Step:
        left = look
        if look.alone is None and self._size.is_full and self._parts.sources.is_open:
            step, left = await self._advance_by_stream(look)
            if not left.tenants:
                return step
        return await self._advance_by_log(left)

    async def _advance_by_log(self, look: Look) -> Step:
        events: Sequence[ReadEvent] = ()
        each = 1 if look.alone is not None else self._each(len(look.tenants))
        try:
            async with self._parts.worker.write(on_behalf_of(look.tenants[0])) as session:
                events = await self._take(session, look, each)
                recorded = await self._apply_read(session, events)
        except _FAILURES as error:
            if all(event.held for event in events):
                raise
            await self._narrow(events, _cause(error))
            return Step.WORKED
        if not events:
            return Step.ELSEWHERE
        self._done(len(events), recorded=recorded)
        return Step.WORKED

    async def _take(self, session: WriteSession, look: Look, each: int) -> list[ReadEvent]:
        return await session.all(
            repository.TAKE,
            worker=self._parts.membership.id,
            consumer=self._consumer,
            names=self._names,
            span=WINDOW,
            each=each,
            tenants=look.tenants,
            positions=look.positions,
        )

    async def _advance_by_stream(self, look: Look) -> tuple[Step, Look]:
        """Applies what the stream has at hand; returns with the lanes that are left."""
        lanes = [Lane(*lane) for lane in zip(look.tenants, look.positions, strict=True)]
        stretches = await self._parts.sources.read(
            self._consumer,
            self._parts.membership.partitions(self._consumer),
            lanes,
            most=self._each(len(lanes)),
        )
        step, served = Step.IDLE, set[UUID]()
        full = [stretch for stretch in stretches if stretch.upto > stretch.after]
        if full:
            step, served = await self._apply_stretches(full)
        served |= self._awaited({o.tenant_id: o.after for o in stretches if o.upto == o.after})
        rest = [lane for lane in lanes if lane.tenant_id not in served]
        left = msgspec.structs.replace(
            look, tenants=[o.tenant_id for o in rest], positions=[o.after for o in rest]
        )
        return step, left

    def _awaited(self, lanes: Mapping[UUID, int]) -> set[UUID]:
        """The tenants whose events are on their way and have not been waited for too long."""
        now = monotonic()
        self._waits = {
            lane: self._waits.get(lane, now + self._parts.settings.poll_seconds)
            for lane in lanes.items()
        }
        return {tenant_id for (tenant_id, _), until in self._waits.items() if now < until}

    async def _apply_stretches(self, stretches: Sequence[Stretch]) -> tuple[Step, set[UUID]]:
        """Applies those whose lanes can be had; returns whose they were."""
        count, recorded = 0, False
        by_tenant = {stretch.tenant_id: stretch for stretch in stretches}
        try:
            async with self._parts.worker.write(on_behalf_of(stretches[0].tenant_id)) as session:
                claims = await session.all(
                    repository.CLAIM,
                    worker=self._parts.membership.id,
                    consumer=self._consumer,
                    tenants=[stretch.tenant_id for stretch in stretches],
                    positions=[stretch.after for stretch in stretches],
                    uptos=[stretch.upto for stretch in stretches],
                    ids=[stretch.events[-1].id for stretch in stretches],
                )
                for claim in claims:
                    events = [
                        event
                        for event in by_tenant[claim.tenant_id].events
                        if self._names is None or event.name in self._names
                    ]
                    count += len(events)
                    recorded |= await self._apply(session, claim.tenant_id, events, claim.held)
        except _FAILURES as error:
            # the log itself is read for the next attempts, until one names the event
            self._size.failed(max(count, 2), slow=_is_slow(_cause(error)))
            return Step.WORKED, set(by_tenant)
        if claims:
            self._done(count, recorded=recorded)
        return Step.WORKED, {claim.tenant_id for claim in claims}

    async def _apply_read(self, session: WriteSession, events: Sequence[ReadEvent]) -> bool:
        recorded = False
        for tenant_id, own in _by_tenant(events).items():
            held = {event.aggregate_id for event in own if event.held}
            recorded |= await self._apply(
                session, tenant_id, [event.as_event() for event in own], held
            )
        return recorded

    async def _apply(
        self,
        session: WriteSession,
        tenant_id: UUID,
        events: Sequence[Event],
        waiting: Iterable[UUID],
    ) -> bool:
        if session.tenant_id != tenant_id:
            await session.switch_tenant(tenant_id)
        behind = frozenset(waiting)
        recorded = False
        free = [event for event in events if event.aggregate_id not in behind]
        if free:
            recorded = await self._parts.delivery.deliver(session, tenant_id, free)
        held = [event.position for event in events if event.aggregate_id in behind]
        if held:
            await self._parts.parking.hold(session, held)
        return recorded

    def _done(self, count: int, *, recorded: bool) -> None:
        self._size.succeeded()
        self._parts.counts.applied[self._consumer] += count
        self._parts.wakeups.tell_passed()
        if recorded:
            self._parts.store.wake()

    async def _narrow(self, events: Sequence[ReadEvent], error: BaseException) -> None:
        if len(events) > 1:
            self._size.failed(len(events), slow=_is_slow(error))
            return
        event = events[0]
        async with self._parts.worker.write(on_behalf_of(event.tenant_id)) as session:
            reached = await self._lock(session)
            if reached is None or event.position is None or reached >= event.position:
                return
            dead = await self._parts.parking.failed(
                session, event, error, attempts=1, first_failed_at=None
            )
            await session.execute(
                repository.MOVE_LANE, consumer=self._consumer, position=event.position
            )
        self._failed(event, error, attempts=1, dead=dead)
        self._size.succeeded()
        self._parts.wakeups.tell_passed()

    async def _lock(self, session: WriteSession) -> int | None:
        return await session.maybe(
            repository.TAKE_LANE, worker=self._parts.membership.id, consumer=self._consumer
        )

    async def _retry(self, tenant_id: UUID) -> Step:
        now = self._parts.clock.now()
        begun = await self._ask(repository.BEGIN_RETRY, {"tenant": tenant_id, "now": now})
        if begun is None:
            return Step.IDLE
        due = None
        try:
            async with self._parts.worker.write(on_behalf_of(tenant_id)) as session:
                if await self._lock(session) is None:
                    return Step.ELSEWHERE
                due = await session.maybe(
                    parking_repository.DUE, consumer=self._consumer, position=begun.position
                )
                if due is None:
                    return Step.WORKED
                if begun.deaths >= MOST_DEATHS:
                    error = WorkerDied(f"{begun.deaths} workers died while they applied it.")
                    await self._parts.parking.bury(session, due, error, attempts=due.attempts)
                    self._failed(due, error, attempts=due.attempts, dead=True)
                    return Step.WORKED
                recorded = await self._parts.delivery.deliver(session, tenant_id, [due.as_event()])
                await self._parts.parking.release(session, due)
        except _FAILURES as error:
            if due is None:
                raise
            await self._failed_again(due, _cause(error))
            return Step.WORKED
        self._parts.counts.applied[self._consumer] += 1
        if recorded:
            self._parts.store.wake()
        return Step.WORKED

    async def _failed_again(self, due: DueEvent, error: BaseException) -> None:
        attempts = due.attempts + 1
        async with self._parts.worker.write(on_behalf_of(due.tenant_id)) as session:
            if await self._lock(session) is None:
                return
            known = await session.maybe(
                parking_repository.RETRY_ATTEMPTS, consumer=self._consumer, position=due.position
            )
            if known != due.attempts:
                return
            dead = await self._parts.parking.failed(
                session, due, error, attempts=attempts, first_failed_at=due.first_failed_at
            )
        self._failed(due, error, attempts=attempts, dead=dead)

    async def _mind_blocking(self, step: Step) -> None:
        """Ends the transactions of workers that lost their lease and hold on to lanes."""
        if step is not Step.ELSEWHERE:
            self._blocked_since = None
            return
        if self._blocked_since is None:
            self._blocked_since = monotonic()
        seconds = self._parts.settings.lease_seconds
        if monotonic() - self._blocked_since < seconds:
            return
        self._blocked_since = None
        ended = await self._ask(repository.EVICT, {"seconds": seconds})
        if ended:
            _log.warning("transactions_ended", consumer=self._consumer, count=ended)

    def _failed(
        self, event: LoggedEvent, error: BaseException, *, attempts: int, dead: bool
    ) -> None:
        counts = self._parts.counts
        (counts.dead if dead else counts.failed)[self._consumer] += 1
        _log.warning(
            "event_dead" if dead else "event_failed",
            consumer=self._consumer,
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


def _is_slow(error: BaseException) -> bool:
    return isinstance(error, TimeoutError | DeadlineExceeded | HandlerStuck)
