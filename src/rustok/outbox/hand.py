"""One hand of a worker: looks what a consumer is to do, takes it, applies it, parks what fails."""

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Literal, TypeVar
from uuid import UUID

import structlog

from rustok.core.db import WriteSession
from rustok.core.db.failures import translated
from rustok.core.sql import Query
from rustok.outbox import parking_repository, repository
from rustok.outbox.applying import FAILURES, WINDOW, Applying, Parts, Step, cause_of
from rustok.outbox.by_replica import ByReplica
from rustok.outbox.by_stream import ByStream, first
from rustok.outbox.parking import reason
from rustok.outbox.parking_repository import DueEvent
from rustok.outbox.platform import on_behalf_of
from rustok.outbox.repository import Due, Look, ReadEvent
from rustok.outbox.types import EVENT_ID, LoggedEvent

_log = structlog.get_logger("rustok.outbox")
R = TypeVar("R")
MOST_LANES = 8
"""How many tenants' events one transaction applies."""
MOST_DEATHS = 3
"""So many workers may die at an event that they applied alone; then it is dead itself."""

HandName = Literal["prompt", "bulk", "both"]


class WorkerDied(Exception):
    """The process that applied the event did not live to tell."""


class Hand:
    """The prompt hand serves tenants with little to do, the bulk hand the others.

    A transaction that fails is repeated with fewer events, each time all of it: so the failure of
    a commit, or of a handler that swallowed the database's error, is found the same way.
    """

    def __init__(self, name: HandName, parts: Parts) -> None:
        self.name = name
        self._parts = parts
        self._consumer = parts.consumer.name
        self._applying = Applying(parts, promptly=name != "bulk")
        self._by_stream = ByStream(parts, self._applying)
        self._by_replica = (
            None if parts.replica is None else ByReplica(parts, self._applying, parts.replica)
        )
        self._gate = parts.membership.gate
        self._blocked_since: float | None = None

    async def step(self) -> Step:
        """Applies one batch and retries one event."""
        await self._parts.membership.ensure()
        step = Step.IDLE
        async with self._gate.beside():
            look = await self._look(alone=False)
            if look.passed:
                self._parts.wakeups.tell_passed()
            if look.bulk:
                self._parts.floods.ring()
            if look.tenants and look.alone is None:
                step = await self._advance(look)
            elif look.behind:
                step = Step.WORKED if look.passed else Step.ELSEWHERE
        if look.alone is not None:
            step = await self._advance_alone()
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

    async def _look(self, *, alone: bool) -> Look:
        lanes = min(self._parts.settings.consume_batch, MOST_LANES)
        look = await self._ask(
            repository.LOOK,
            {
                "hand": self.name,
                "names": self._applying.names,
                "span": WINDOW,
                "lanes": lanes,
                "most": self._applying.each(lanes),
                "bulk": self._parts.settings.bulk_events,
                "alone": alone,
                "now": self._parts.clock.now(),
            },
        )
        assert look is not None
        return look

    async def _advance(self, look: Look) -> Step:
        step = Step.IDLE
        count, each = self._applying.care.chosen(look.tenants, look.positions)
        look = first(look, count)
        if each is None:
            if self._by_replica is not None:
                step, look = await self._by_replica.advance(look)
            if look.tenants and self._parts.sources.is_open:
                found, look = await self._by_stream.advance(look)
                step = step if found is Step.IDLE else found
        if not look.tenants:
            return step
        return await self._advance_by_log(look, each or self._applying.each(len(look.tenants)))

    async def _advance_alone(self) -> Step:
        """Tries the event that a worker may have died at, with nothing beside it."""
        async with self._gate.alone() as is_quiet:
            look = await self._look(alone=True) if is_quiet else None
            if look is None or not look.tenants:
                return Step.ELSEWHERE
            return await self._advance_by_log(look, 1)

    async def _advance_by_log(self, look: Look, each: int) -> Step:
        events: Sequence[ReadEvent] = ()
        try:
            async with self._parts.worker.write(on_behalf_of(look.tenants[0])) as session:
                events = await self._take(session, look, each)
                recorded = await self._apply_read(session, events)
        except FAILURES as error:
            if all(event.held for event in events):
                raise
            await self._narrow(events, cause_of(error))
            return Step.WORKED
        if not events:
            return Step.ELSEWHERE
        self._applying.done(len(events), recorded=recorded)
        is_all = look.complete and len(events) < each
        had = {event.tenant_id for event in events}
        return Step.FINISHED if is_all and had.issuperset(look.tenants) else Step.WORKED

    async def _take(self, session: WriteSession, look: Look, each: int) -> list[ReadEvent]:
        return await session.all(
            repository.TAKE,
            worker=self._parts.membership.id,
            consumer=self._consumer,
            names=self._applying.names,
            span=WINDOW,
            each=each,
            tenants=look.tenants,
            positions=look.positions,
        )

    async def _apply_read(self, session: WriteSession, events: Sequence[ReadEvent]) -> bool:
        recorded = False
        share = self._applying.share(len(events))
        for tenant_id, own in _by_tenant(events).items():
            held = {event.aggregate_id for event in own if event.held}
            recorded |= await self._applying.apply(
                session, tenant_id, [event.as_event() for event in own], held, share=share
            )
        return recorded

    async def _narrow(self, events: Sequence[ReadEvent], error: BaseException) -> None:
        if len(events) > 1:
            uptos = {event.tenant_id: event.position or 0 for event in events}
            self._applying.failed(uptos, len(events), error)
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
        self._parts.wakeups.tell_passed()

    async def _lock(self, session: WriteSession) -> int | None:
        return await session.maybe(
            repository.TAKE_LANE, worker=self._parts.membership.id, consumer=self._consumer
        )

    async def _retry(self, tenant_id: UUID) -> Step:
        async with self._gate.beside():
            begun = await self._begin_retry(tenant_id, alone=False)
            if begun is None or not begun.suspected:
                return Step.IDLE if begun is None else await self._try_again(tenant_id, begun)
        async with self._gate.alone() as is_quiet:
            begun = await self._begin_retry(tenant_id, alone=True) if is_quiet else None
            return Step.ELSEWHERE if begun is None else await self._try_again(tenant_id, begun)

    async def _begin_retry(self, tenant_id: UUID, *, alone: bool) -> Due | None:
        values = {"tenant": tenant_id, "alone": alone, "now": self._parts.clock.now()}
        return await self._ask(repository.BEGIN_RETRY, values)

    async def _try_again(self, tenant_id: UUID, begun: Due) -> Step:
        due = None
        try:
            async with self._parts.worker.write(on_behalf_of(tenant_id)) as session:
                reached = await self._lock(session)
                if reached is None:
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
                # the lane stays where it is, and its row tells replicas that something was applied
                await session.execute(
                    repository.MOVE_LANE, consumer=self._consumer, position=reached
                )
        except FAILURES as error:
            if due is None:
                raise
            await self._failed_again(due, cause_of(error))
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
