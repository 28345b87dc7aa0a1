"""Keeps the events a consumer failed on, in order of their aggregate: the chain.

Only the first of a chain has a time at which it is due; the others wait behind it. All of this
runs in a session of the event's tenant, while the consumer's cursor is locked.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from rustok.core.clock import Clock
from rustok.core.db import WriteSession
from rustok.core.events.subscription import RetryPolicy
from rustok.core.ids import IdSource
from rustok.outbox import parking_repository
from rustok.outbox.backoff import delay
from rustok.outbox.types import LoggedEvent

_MOST_REASON = 2_000


class Parking:
    """The chains of one consumer."""

    def __init__(self, consumer: str, policy: RetryPolicy, clock: Clock, ids: IdSource) -> None:
        self._consumer = consumer
        self._policy = policy
        self._clock = clock
        self._ids = ids

    async def hold(self, session: WriteSession, positions: Sequence[int]) -> None:
        """Puts events behind an earlier one of their aggregate."""
        await session.execute(
            parking_repository.HOLD_AT, consumer=self._consumer, positions=list(positions)
        )

    async def release(self, session: WriteSession, event: LoggedEvent) -> None:
        """Ends the waiting of an event that was applied; the next of its chain is due."""
        await self._remove(session, event)
        await promote(session, self._consumer, event.aggregate_id, self._clock.now())

    async def failed(
        self,
        session: WriteSession,
        event: LoggedEvent,
        error: BaseException,
        *,
        attempts: int,
        first_failed_at: datetime | None,
    ) -> bool:
        """Notes the failed attempt of that number; returns whether it was the last."""
        now = self._clock.now()
        if attempts >= self._policy.attempts:
            await self.bury(
                session, event, error, attempts=attempts, first_failed_at=first_failed_at
            )
            return True
        await session.execute(
            parking_repository.PARK,
            consumer=self._consumer,
            position=event.position,
            insert_order=event.insert_order,
            aggregate_id=event.aggregate_id,
            attempts=attempts,
            next_at=now + delay(self._policy, attempts),
            error=reason(error),
            now=now,
        )
        return False

    async def bury(
        self,
        session: WriteSession,
        event: LoggedEvent,
        error: BaseException,
        *,
        attempts: int,
        first_failed_at: datetime | None = None,
    ) -> None:
        """Gives an event up: it is a dead letter from now on."""
        now = self._clock.now()
        await self._remove(session, event)
        await session.execute(
            parking_repository.BURY,
            id=self._ids.new(),
            consumer=self._consumer,
            position=event.position,
            insert_order=event.insert_order,
            aggregate_id=event.aggregate_id,
            attempts=attempts,
            reason=reason(error),
            blocking=self._policy.later_events == "wait",
            first_failed_at=first_failed_at or now,
            now=now,
        )
        await promote(session, self._consumer, event.aggregate_id, now)

    async def _remove(self, session: WriteSession, event: LoggedEvent) -> None:
        await session.execute(
            parking_repository.UNPARK, consumer=self._consumer, position=event.position
        )
        await session.execute(
            parking_repository.ACQUIT, consumer=self._consumer, position=event.position
        )


async def promote(session: WriteSession, consumer: str, aggregate_id: UUID, now: datetime) -> None:
    """Makes the first of a chain due, unless a dead letter before it blocks the aggregate."""
    await session.execute(
        parking_repository.PROMOTE, consumer=consumer, aggregate_id=aggregate_id, now=now
    )


def reason(error: BaseException) -> str:
    """The error and its cause, as text that PostgreSQL can keep."""
    text = _named(error)
    if error.__cause__ is not None:
        text += f" (from {_named(error.__cause__)})"
    text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text.encode("utf-8", "replace").decode()[:_MOST_REASON]


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
