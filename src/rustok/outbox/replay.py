"""Gives a consumer events of the past again; its cursor stays where it is."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from rustok.core.clock import Clock
from rustok.core.db import Database, WriteSession
from rustok.core.events.ports import Consumer
from rustok.core.ids import IdSource
from rustok.outbox import replay_repository
from rustok.outbox.dead_letter_service import check_reason
from rustok.outbox.errors import ConsumerUnknown, NothingToReplay, TooMuchToReplay
from rustok.outbox.events import EventsReplayed
from rustok.outbox.platform import PLATFORM, on_behalf_of
from rustok.outbox.replay_repository import PastEvent
from rustok.outbox.wakeups import Wakeups

MOST_REPLAYED = 100_000
BATCH = 500
BATCH_SECONDS = 1.0
"""How much later each further batch is due, so that others' retries come between."""

Told = Callable[[int, int], None]
"""Is told how many events have been given back, and of how many."""


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """Which events to replay: positions, both ends included, of one tenant or of all."""

    first: int
    last: int
    tenant_id: UUID | None = None


class Replay:
    """Puts past events among the consumer's retries: the first 500 due at once, more by and by.

    All events of an aggregate in the range are given back in one transaction, in their order: what
    is live waits behind them, as behind any event that waits for its retry.
    """

    def __init__(self, worker: Database, wakeups: Wakeups, clock: Clock) -> None:
        self._worker = worker
        self._wakeups = wakeups
        self._clock = clock

    async def run(
        self,
        consumers: Sequence[Consumer],
        name: str,
        stretch: Stretch,
        *,
        reason: str = "",
        told: Told | None = None,
    ) -> int:
        """Gives back what the consumer wants and has passed; returns how many events.

        What is dead is left to be retried there. Raises ConsumerUnknown, NothingToReplay,
        TooMuchToReplay, ValidationFailed; DeadlineExceeded while a handler holds the consumer.
        """
        check_reason(reason)
        consumer = next((one for one in consumers if one.name == name), None)
        if consumer is None:
            known = ", ".join(sorted(one.name for one in consumers))
            raise ConsumerUnknown(f"No module has a consumer {name!r}. There are: {known}.")
        events = await self._past(consumer, stretch)
        done = count = 0
        for tenant_id, own in _by_tenant(events):
            fact = EventsReplayed(
                consumer=name,
                first=stretch.first,
                last=stretch.last,
                events=len(own),
                reason=reason,
            )
            for batch in batches(own):
                async with self._worker.write(on_behalf_of(tenant_id)) as session:
                    await self._give_back(session, name, batch, count * BATCH_SECONDS)
                    if batch[0] is own[0]:
                        _record(session, fact, self._worker.ids)
                self._wakeups.tell_sequenced()
                count += 1
                done += len(batch)
                if told is not None:
                    told(done, len(events))
        return done

    async def _past(self, consumer: Consumer, stretch: Stretch) -> list[PastEvent]:
        async with self._worker.read(PLATFORM) as session:
            events = await session.all(
                replay_repository.PAST_EVENTS,
                consumer=consumer.name,
                names=None if consumer.events is None else list(consumer.events),
                first=stretch.first,
                last=stretch.last,
                tenant=stretch.tenant_id,
                limit=MOST_REPLAYED + 1,
            )
        if not events:
            raise NothingToReplay(
                f"From {stretch.first} to {stretch.last} there is no event that {consumer.name} "
                "wants and has passed."
            )
        if len(events) > MOST_REPLAYED:
            raise TooMuchToReplay(
                f"From {stretch.first} to {stretch.last} there are more than {MOST_REPLAYED} "
                f"events for {consumer.name}; the last of as many is at "
                f"{events[MOST_REPLAYED - 1].position}."
            )
        return events

    async def _give_back(
        self, session: WriteSession, consumer: str, events: Sequence[PastEvent], seconds: float
    ) -> None:
        aggregate_ids = list({event.aggregate_id for event in events})
        await session.maybe(replay_repository.LOCK_CURSOR, consumer=consumer)
        await session.execute(
            replay_repository.DEMOTE_ALL, consumer=consumer, aggregate_ids=aggregate_ids
        )
        await session.execute(
            replay_repository.GIVE_BACK,
            consumer=consumer,
            positions=[event.position for event in events],
            insert_orders=[event.insert_order for event in events],
            aggregate_ids=[event.aggregate_id for event in events],
        )
        await session.execute(
            replay_repository.PROMOTE_ALL,
            consumer=consumer,
            aggregate_ids=aggregate_ids,
            now=self._clock.now() + timedelta(seconds=seconds),
        )


def batches(events: Sequence[PastEvent], size: int = BATCH) -> Iterator[list[PastEvent]]:
    """Whole aggregates at a time, the one with the earliest event first; each in order.

    A batch holds no more than `size` events, but for an aggregate that has more by itself.
    """
    chains: dict[UUID, list[PastEvent]] = {}
    for event in events:
        chains.setdefault(event.aggregate_id, []).append(event)
    batch: list[PastEvent] = []
    for chain in chains.values():
        if batch and len(batch) + len(chain) > size:
            yield batch
            batch = []
        batch.extend(chain)
    if batch:
        yield batch


def _by_tenant(events: Sequence[PastEvent]) -> list[tuple[UUID, list[PastEvent]]]:
    found: dict[UUID, list[PastEvent]] = {}
    for event in events:
        found.setdefault(event.tenant_id, []).append(event)
    return list(found.items())


def _record(session: WriteSession, fact: EventsReplayed, ids: IdSource) -> None:
    session.record(fact, aggregate_id=ids.new(), aggregate_version=1)
