"""What the hands of a consumer share: its parts, and how events are applied."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from uuid import UUID

import asyncpg
import msgspec

from rustok.core.clock import Clock
from rustok.core.db import Database, WriteSession
from rustok.core.db.database import EventStore
from rustok.core.db.snapshots import Snapshot
from rustok.core.errors import DeadlineExceeded
from rustok.core.events.event import Event
from rustok.core.events.ports import Consumer
from rustok.core.events.transport import Stretch
from rustok.outbox import repository
from rustok.outbox.care import Care
from rustok.outbox.counts import ConsumerCounts
from rustok.outbox.delivery import Delivery, HandlerFailed
from rustok.outbox.membership import Membership
from rustok.outbox.parking import Parking
from rustok.outbox.replica import Replica
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.sources import Sources
from rustok.outbox.stuck import HandlerStuck
from rustok.outbox.wakeups import Bell, Wakeups

FAILURES = (HandlerFailed, asyncpg.PostgresError, DeadlineExceeded)
"""What an attempt to apply events may end with by the fault of one of them."""
BATCH_SHARE = 0.25
"""Of the time limit, for a batch that is to be prompt: the event that takes all of it is then tried
alone, and delays the others by little more than what it may take itself."""
WINDOW = 10_000
"""How many positions one look spans: a consumer of rare events passes the others in steps."""


class Step(Enum):
    """What a hand found; it has FINISHED where it worked and nothing was left to do."""

    IDLE = "idle"
    WORKED = "worked"
    FINISHED = "finished"
    ELSEWHERE = "elsewhere"

    @property
    def did_work(self) -> bool:
        """Whether events were applied, tried or passed."""
        return self in {Step.WORKED, Step.FINISHED}


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What the hands of one consumer have in common; `replica` is for those that may read one.

    `floods` wakes the bulk hand.
    """

    consumer: Consumer
    worker: Database
    membership: Membership
    delivery: Delivery
    parking: Parking
    sources: Sources
    replica: Replica | None
    store: EventStore
    wakeups: Wakeups
    floods: Bell
    clock: Clock
    counts: ConsumerCounts
    settings: OutboxSettings


class Applied(msgspec.Struct, frozen=True):
    """What a transaction did: whose lanes it had, how many events, and whether it recorded some."""

    tenants: frozenset[UUID]
    count: int
    recorded: bool


class Applying:
    """Applies events of one hand in the transaction that took their lanes, and counts them."""

    def __init__(self, parts: Parts, *, promptly: bool = False) -> None:
        self.consumer = parts.consumer.name
        self.names = None if parts.consumer.events is None else list(parts.consumer.events)
        self.care = Care()
        self._parts = parts
        self._promptly = promptly

    def each(self, lanes: int) -> int:
        """How many events of each of so many lanes to take at once."""
        return max(1, self._parts.settings.consume_batch // lanes)

    def share(self, count: int) -> float:
        """How much of the time limit a transaction of so many events may take of each of them."""
        return BATCH_SHARE if self._promptly and count > 1 else 1.0

    async def claim(
        self,
        session: WriteSession,
        stretches: Sequence[Stretch],
        source: Snapshot | None = None,
    ) -> Applied:
        """Takes the lanes that can be had, and applies their stretches."""
        by_tenant = {stretch.tenant_id: stretch for stretch in stretches}
        claims = await session.all(
            repository.CLAIM,
            worker=self._parts.membership.id,
            consumer=self.consumer,
            tenants=[stretch.tenant_id for stretch in stretches],
            positions=[stretch.after for stretch in stretches],
            uptos=[stretch.upto for stretch in stretches],
            ids=[stretch.events[-1].id for stretch in stretches],
        )
        count, recorded = 0, False
        share = self.share(sum(len(stretch.events) for stretch in stretches))
        for claim in claims:
            events = [
                event
                for event in by_tenant[claim.tenant_id].events
                if self.names is None or event.name in self.names
            ]
            count += len(events)
            recorded |= await self.apply(
                session, claim.tenant_id, events, claim.held, source, share=share
            )
        tenants = frozenset(claim.tenant_id for claim in claims)
        return Applied(tenants, count, recorded)

    async def apply(
        self,
        session: WriteSession,
        tenant_id: UUID,
        events: Sequence[Event],
        waiting: Iterable[UUID],
        source: Snapshot | None = None,
        *,
        share: float,
    ) -> bool:
        """Applies a tenant's events but for those of aggregates that wait; these are parked."""
        if session.tenant_id != tenant_id:
            await session.switch_tenant(tenant_id)
        if source is not None:
            await source.switch_tenant(tenant_id)
        behind = frozenset(waiting)
        recorded = False
        free = [event for event in events if event.aggregate_id not in behind]
        if free:
            recorded = await self._parts.delivery.deliver(
                session, tenant_id, free, source, share=share
            )
        held = [event.position for event in events if event.aggregate_id in behind]
        if held:
            await self._parts.parking.hold(session, held)
        return recorded

    def done(self, count: int, *, recorded: bool) -> None:
        """So many events have been applied, and the transaction is committed."""
        self._parts.counts.applied[self.consumer] += count
        self._parts.wakeups.tell_passed()
        if recorded:
            self._parts.store.wake()

    def failed(self, uptos: Mapping[UUID, int], count: int, error: BaseException) -> None:
        """An attempt at so many events, up to these positions of their lanes, failed.

        The next ones at them are smaller, and read the log.
        """
        self.care.failed(uptos, count, slow=is_slow(error))


def cause_of(error: BaseException) -> BaseException:
    """What a handler raised, where it is a handler's failure."""
    return error.__cause__ or error if isinstance(error, HandlerFailed) else error


def is_slow(error: BaseException) -> bool:
    """Whether the next attempt may take the whole time limit again."""
    return isinstance(error, TimeoutError | DeadlineExceeded | HandlerStuck)
