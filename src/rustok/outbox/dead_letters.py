"""What an operator does with events that a consumer gave up on."""

from collections.abc import Sequence
from uuid import UUID

from rustok.core.clock import Clock
from rustok.core.db import Database
from rustok.outbox import parking_repository
from rustok.outbox.dead_letter_service import MOST_RETRIED, check_reason, handle
from rustok.outbox.errors import DeadLetterUnknown
from rustok.outbox.events import DeadLetterDiscarded, DeadLetterFact, DeadLetterRetried
from rustok.outbox.platform import PLATFORM, on_behalf_of
from rustok.outbox.types import DeadLetter
from rustok.outbox.wakeups import Wakeups

MOST_LETTERS = 1_000


class DeadLetters:
    """Lists, shows, retries and discards, over all tenants; for operators, on the worker role.

    What is done is recorded in the log of the tenant whose letter it was, as the platform's doing.
    """

    def __init__(self, worker: Database, wakeups: Wakeups, clock: Clock) -> None:
        self._worker = worker
        self._wakeups = wakeups
        self._clock = clock

    async def list(
        self,
        *,
        tenant_id: UUID | None = None,
        consumer: str | None = None,
        event: str | None = None,
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
                event=event,
                after=after,
                limit=max(1, min(limit, MOST_LETTERS)),
            )

    async def count(
        self,
        *,
        tenant_id: UUID | None = None,
        consumer: str | None = None,
        event: str | None = None,
    ) -> int:
        """How many dead letters there are."""
        async with self._worker.read(PLATFORM) as session:
            return await session.one(
                parking_repository.COUNT_DEAD_LETTERS,
                tenant=tenant_id,
                consumer=consumer,
                event=event,
            )

    async def show(self, letter_id: UUID) -> DeadLetter:
        """One dead letter; raises DeadLetterUnknown."""
        async with self._worker.read(PLATFORM) as session:
            found = await session.maybe(
                parking_repository.DEAD_LETTERS,
                id=letter_id,
                tenant=None,
                consumer=None,
                event=None,
                after=None,
                limit=1,
            )
        if found is None:
            raise DeadLetterUnknown
        return found

    async def retry(self, letter_id: UUID, *, reason: str = "") -> None:
        """Puts the event back before the later ones of its aggregate, with all its attempts.

        Raises DeadLetterUnknown, ValidationFailed, and DeadlineExceeded while a handler holds the
        consumer.
        """
        if not await self.retry_many([await self.show(letter_id)], reason=reason):
            raise DeadLetterUnknown

    async def retry_many(self, letters: Sequence[DeadLetter], *, reason: str = "") -> int:
        """Retries those that are still there; returns how many. Raises as `retry`."""
        return await self._handle(letters, DeadLetterRetried, reason)

    async def discard(self, letter_id: UUID, *, reason: str = "") -> None:
        """Forgets that the event failed: the later ones of its aggregate go on. As `retry`."""
        if not await self._handle([await self.show(letter_id)], DeadLetterDiscarded, reason):
            raise DeadLetterUnknown

    async def _handle(
        self, letters: Sequence[DeadLetter], kind: type[DeadLetterFact], reason: str
    ) -> int:
        check_reason(reason)
        by_tenant: dict[UUID, list[UUID]] = {}
        for letter in letters:
            by_tenant.setdefault(letter.tenant_id, []).append(letter.id)
        done = 0
        for tenant_id, ids in by_tenant.items():
            for start in range(0, len(ids), MOST_RETRIED):
                async with self._worker.write(on_behalf_of(tenant_id)) as session:
                    some = ids[start : start + MOST_RETRIED]
                    done += len(await handle(session, some, kind, reason, self._clock))
        self._wakeups.tell_sequenced()
        return done
