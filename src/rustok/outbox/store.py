"""Writes events as rows of the transaction that made them true."""

from collections.abc import Sequence

import msgspec

from rustok.core.clock import Clock
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events.event import PendingEvent
from rustok.outbox import repository
from rustok.outbox.wakeups import Wakeups


class Store:
    """Implements the EventStore port of the database layer."""

    def __init__(self, clock: Clock, wakeups: Wakeups) -> None:
        self._clock = clock
        self._wakeups = wakeups

    async def append(
        self, ctx: Context, session: WriteSession, events: Sequence[PendingEvent]
    ) -> int:
        """Inserts the events by one statement; returns the insert order of the last, its token."""
        return await session.one(
            repository.APPEND,
            ids=[event.id for event in events],
            names=[event.fact.name for event in events],
            schema_versions=[event.fact.schema_version for event in events],
            aggregates=[event.fact.aggregate for event in events],
            aggregate_ids=[event.aggregate_id for event in events],
            aggregate_versions=[event.aggregate_version for event in events],
            payloads=[msgspec.json.encode(event.fact).decode() for event in events],
            traces=[event.trace for event in events],
            now=self._clock.now(),
            actor_id=ctx.actor.id,
            correlation_id=ctx.request_id,
            causation_id=ctx.causation_id,
        )

    def wake(self) -> None:
        """Wakes the sequencer, wherever it runs."""
        self._wakeups.tell_appended()
