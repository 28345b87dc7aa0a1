"""What a tenant's staff does with the events that a consumer gave up on."""

from collections.abc import Sequence
from uuid import UUID

from rustok.core.clock import Clock
from rustok.core.context import Context
from rustok.core.db import Database, WriteSession
from rustok.core.errors import invalid
from rustok.core.paging import Cursor, InvalidCursor, Page, page_size
from rustok.outbox import admin_repository
from rustok.outbox.admin_repository import Handled
from rustok.outbox.errors import DeadLetterUnknown
from rustok.outbox.events import (
    DeadLetterDiscarded,
    DeadLetterFact,
    DeadLetterRetried,
    HandledLetter,
)
from rustok.outbox.permissions import DEAD_LETTER_MANAGE, DEAD_LETTER_READ
from rustok.outbox.types import DEAD_LETTER_ID, DeadLetter, LetterFilter, Retried
from rustok.outbox.wakeups import Wakeups

ORDER = "dead_letters"
MOST_RETRIED = 500
MOST_REASON = 500


class DeadLetterService:
    """Lists, shows, retries and discards the tenant's dead letters, as the runtime role.

    That role may not write the tables of retries and dead letters: one function of the database
    does, for the tenant of the transaction alone, and the log says in the same transaction who
    asked for it.
    """

    def __init__(self, db: Database, wakeups: Wakeups, clock: Clock) -> None:
        self._db = db
        self._wakeups = wakeups
        self._clock = clock

    async def list(
        self,
        ctx: Context,
        where: LetterFilter,
        *,
        first: int | None = None,
        after: str | None = None,
    ) -> Page[DeadLetter]:
        """A page of dead letters, the oldest first; raises ValidationFailed, InvalidCursor."""
        ctx.require(DEAD_LETTER_READ)
        size = page_size(first, "first")
        async with self._db.read(ctx) as session:
            rows = await session.all(
                admin_repository.LETTERS, after=_after(after), limit=size + 1, **_wanted(where)
            )
        shown = rows[:size]
        return Page(
            items=tuple(shown),
            cursors=tuple(_cursor(letter) for letter in shown),
            has_next=len(rows) > size,
        )

    async def count(self, ctx: Context, where: LetterFilter) -> int:
        """How many dead letters there are."""
        ctx.require(DEAD_LETTER_READ)
        async with self._db.read(ctx) as session:
            return await session.one(admin_repository.COUNT_LETTERS, **_wanted(where))

    async def get(self, ctx: Context, letter_id: UUID) -> DeadLetter:
        """One dead letter; raises DeadLetterUnknown."""
        ctx.require(DEAD_LETTER_READ)
        async with self._db.read(ctx) as session:
            letter = await session.maybe(admin_repository.LETTER, id=letter_id)
        if letter is None:
            raise DeadLetterUnknown
        return letter

    async def retry(self, ctx: Context, letter_id: UUID, *, reason: str = "") -> int | None:
        """Puts the event back before the later ones of its aggregate, with all its attempts.

        Returns the token of what the log says about it. Raises DeadLetterUnknown,
        ValidationFailed, and DeadlineExceeded while a handler holds the consumer.
        """
        return await self._one(ctx, letter_id, DeadLetterRetried, reason)

    async def discard(self, ctx: Context, letter_id: UUID, *, reason: str = "") -> int | None:
        """Forgets that the event failed: the later ones of its aggregate go on. As `retry`."""
        return await self._one(ctx, letter_id, DeadLetterDiscarded, reason)

    async def retry_all(
        self, ctx: Context, where: LetterFilter, *, most: int | None = None, reason: str = ""
    ) -> Retried:
        """Retries the oldest of those that are meant, 500 at the most in one call.

        Raises ValidationFailed, and DeadlineExceeded while a handler holds one of the consumers.
        """
        ctx.require(DEAD_LETTER_MANAGE)
        limit = MOST_RETRIED if most is None else most
        if not 1 <= limit <= MOST_RETRIED:
            raise invalid("RETRY_LIMIT", f"1 to {MOST_RETRIED} are retried at once.", "limit")
        check_reason(reason)
        async with self._db.write(ctx) as session:
            wanted = _wanted(where)
            rows = await session.all(admin_repository.LETTERS, after=None, limit=limit, **wanted)
            handled = await handle(
                session, [row.id for row in rows], DeadLetterRetried, reason, self._clock
            )
            remaining = await session.one(admin_repository.COUNT_LETTERS, **wanted)
        self._wakeups.tell_sequenced()
        return Retried(count=len(handled), remaining=remaining, token=session.token)

    async def _one(
        self, ctx: Context, letter_id: UUID, kind: type[DeadLetterFact], reason: str
    ) -> int | None:
        ctx.require(DEAD_LETTER_MANAGE)
        check_reason(reason)
        async with self._db.write(ctx) as session:
            if not await handle(session, [letter_id], kind, reason, self._clock):
                raise DeadLetterUnknown
        self._wakeups.tell_sequenced()
        return session.token


async def handle(
    session: WriteSession,
    letter_ids: Sequence[UUID],
    kind: type[DeadLetterFact],
    reason: str,
    clock: Clock,
) -> list[Handled]:
    """Retries or discards the session's tenant's dead letters, and records that it was done.

    Ids of none of them are passed over.
    """
    handled = await session.all(
        admin_repository.HANDLE_LETTERS,
        ids=list(letter_ids),
        again=kind is DeadLetterRetried,
        now=clock.now(),
    )
    if handled:
        letters = tuple(
            HandledLetter(
                id=one.id, consumer=one.consumer, event_id=one.event_id, event=one.event_name
            )
            for one in handled
        )
        session.record(
            kind(letters=letters, reason=reason), aggregate_id=handled[0].id, aggregate_version=1
        )
    return handled


def check_reason(reason: str) -> None:
    """Raises ValidationFailed for a reason that is too long."""
    if len(reason) > MOST_REASON:
        raise invalid("INVALID_REASON", f"At most {MOST_REASON} characters.", "reason")


def _wanted(where: LetterFilter) -> dict[str, str | None]:
    return {"consumer": where.consumer, "event": where.event}


def _cursor(letter: DeadLetter) -> str:
    return Cursor(order=ORDER, values=(DEAD_LETTER_ID.text(letter.id),)).encode()


def _after(after: str | None) -> UUID | None:
    if after is None:
        return None
    match Cursor.decode(after, ORDER).values:
        case (str() as text,):
            letter_id = DEAD_LETTER_ID.parse_or_none(text)
            if letter_id is not None:
                return letter_id
    raise InvalidCursor
