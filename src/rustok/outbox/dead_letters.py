"""What an operator does with events that a consumer gave up on."""

from uuid import UUID

from rustok.core.clock import Clock
from rustok.core.db import Database, WriteSession
from rustok.outbox import parking_repository
from rustok.outbox.errors import DeadLetterUnknown
from rustok.outbox.parking import promote
from rustok.outbox.parking_repository import Letter
from rustok.outbox.platform import PLATFORM
from rustok.outbox.types import DeadLetter
from rustok.outbox.wakeups import Wakeups

MOST_LETTERS = 1_000


class DeadLetters:
    """Lists, shows, retries and discards, over all tenants; for operators, on the worker role."""

    def __init__(self, worker: Database, wakeups: Wakeups, clock: Clock) -> None:
        self._worker = worker
        self._wakeups = wakeups
        self._clock = clock

    async def list(
        self,
        *,
        tenant_id: UUID | None = None,
        consumer: str | None = None,
        after: UUID | None = None,
        limit: int = 50,
    ) -> list[DeadLetter]:
        """Dead letters from the oldest on; `after` is the last one of the page before."""
        async with self._worker.read(PLATFORM) as session:
            return await session.all(
                parking_repository.DEAD_LETTERS,
                id=None,
                tenant=tenant_id,
                consumer=consumer,
                after=after,
                limit=max(1, min(limit, MOST_LETTERS)),
            )

    async def show(self, letter_id: UUID) -> DeadLetter:
        """One dead letter; raises DeadLetterUnknown."""
        async with self._worker.read(PLATFORM) as session:
            found = await session.maybe(
                parking_repository.DEAD_LETTERS,
                id=letter_id,
                tenant=None,
                consumer=None,
                after=None,
                limit=1,
            )
        if found is None:
            raise DeadLetterUnknown
        return found

    async def retry(self, letter_id: UUID) -> None:
        """Puts the event back before the later ones of its aggregate, with all its attempts.

        Raises DeadLetterUnknown, and DeadlineExceeded while a handler holds the consumer.
        """
        letter = await self.show(letter_id)
        async with self._worker.write(PLATFORM) as session:
            taken = await self._take(session, letter)
            await session.execute(
                parking_repository.DEMOTE, consumer=taken.consumer, aggregate_id=taken.aggregate_id
            )
            await session.execute(
                parking_repository.HOLD,
                consumer=taken.consumer,
                positions=[taken.position],
                insert_orders=[taken.insert_order],
                aggregate_ids=[taken.aggregate_id],
            )
            await promote(session, taken.consumer, taken.aggregate_id, self._clock.now())
        self._wakeups.tell_sequenced()

    async def discard(self, letter_id: UUID) -> None:
        """Forgets the event: the later ones of its aggregate go on. Raises as `retry`."""
        letter = await self.show(letter_id)
        async with self._worker.write(PLATFORM) as session:
            taken = await self._take(session, letter)
            await promote(session, taken.consumer, taken.aggregate_id, self._clock.now())
        self._wakeups.tell_sequenced()

    async def _take(self, session: WriteSession, letter: DeadLetter) -> Letter:
        await session.switch_tenant(letter.tenant_id)
        await session.maybe(parking_repository.WAIT_FOR_CURSOR, consumer=letter.consumer)
        taken = await session.maybe(parking_repository.EXHUME, id=letter.id)
        if taken is None:
            raise DeadLetterUnknown
        return taken
