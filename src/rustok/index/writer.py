"""Writes documents: puts and deletes that may be repeated, and never go back in time."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from rustok.core.context import Context
from rustok.core.db.sessions import ReadSession, WriteSession
from rustok.core.documents import Projection
from rustok.index import repository
from rustok.index.entries import Entries, LocaleWord, encoded, entries_of
from rustok.index.tables import DocumentTable, Leftover
from rustok.index.typos import variants

AT_ONCE = 100
"""Of how many aggregates one statement reads the state, and another one writes the documents."""


class Filled(NamedTuple):
    """How many documents were put, and which of their words no lexicon has yet."""

    documents: int
    unknown: list[Leftover]


class DocumentWriter:
    """Brings the documents of aggregates to their present state, in the session's transaction.

    Whoever writes a tenant's documents holds one lock from before the state is read until the
    commit: so the one that comes later has read a later state, and a document that is gone stays
    gone, without a tombstone, while a rebuild and the live projection write side by side.
    """

    def __init__(self, projection: Projection) -> None:
        self._projection = projection
        self._kind = projection.kind.name
        self._table = DocumentTable(self._kind)

    async def lock(self, session: WriteSession) -> list[int]:
        """Waits until nobody else writes this tenant's documents of the kind.

        Returns the versions there are: the one that serves, and one that is being filled.
        """
        return await session.all(repository.LOCK, kind=self._kind)

    async def share(self, session: WriteSession) -> list[int]:
        """The same, but beside others who fill a version: each of them other aggregates."""
        return await session.all(repository.SHARE, kind=self._kind)

    async def refresh(
        self,
        ctx: Context,
        session: WriteSession,
        ids: Sequence[UUID],
        versions: Sequence[int],
        source: ReadSession | None = None,
    ) -> None:
        """Reads the aggregates and writes their documents into these versions; the lock is held.

        They are read in the source, where there is one.
        """
        for batch in batches(ids):
            entries = await self._entries(ctx, source or session, batch)
            left = await session.all(
                self._table.put, **self._given(batch, versions, entries, entries.lexicon)
            )
            await self._delete(session, left)
            await self.learn(session, left)

    async def fill(
        self,
        ctx: Context,
        session: WriteSession,
        ids: Sequence[UUID],
        version: int,
        asked: set[LocaleWord],
    ) -> Filled:
        """The same for a version that does not serve; the lock is shared.

        Nobody is told, and no word is learnt: whoever wrote the same word would be waited for. Of
        words that were asked for before nothing is said; those of this batch are added to them.
        """
        entries = await self._entries(ctx, session, ids)
        lexicon = [word for word in entries.lexicon if word not in asked]
        asked.update(lexicon)
        left = await session.all(self._table.fill, **self._given(ids, [version], entries, lexicon))
        await self._delete(session, left)
        return Filled(len(entries.rows), [found for found in left if found.unknown_word])

    async def learn(self, session: WriteSession, left: Iterable[Leftover]) -> None:
        """Adds the unknown words to the lexicons of their locales."""
        learnt = [
            _learnt(self._kind, found, word) for found in left if (word := found.unknown_word)
        ]
        if learnt:
            await session.execute_many(repository.INSERT_WORD, learnt)

    async def _entries(self, ctx: Context, session: ReadSession, ids: Sequence[UUID]) -> Entries:
        return entries_of(await self._projection.load(ctx, session, ids))

    def _given(
        self,
        ids: Sequence[UUID],
        versions: Sequence[int],
        entries: Entries,
        lexicon: Sequence[LocaleWord],
    ) -> dict[str, Any]:
        return {
            "kind": self._kind,
            "versions": list(versions),
            "wanted": list(ids),
            "words": [word for _, word in lexicon],
            "word_locales": [locale for locale, _ in lexicon],
            "rows": encoded(entries.rows),
            "bodies": entries.bodies,
            "staff": entries.staff,
        }

    async def _delete(self, session: WriteSession, left: Iterable[Leftover]) -> None:
        """Deletes the documents of aggregates that have them no more."""
        stale = [_stale(found, id_) for found in left if (id_ := found.stale_id)]
        if stale:
            await session.execute_many(self._table.delete, stale)


def batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """The ids, as many at once as one statement takes."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _stale(found: Leftover, id_: UUID) -> dict[str, Any]:
    return {"version": found.version, "locale": found.locale, "id": id_}


def _learnt(kind: str, found: Leftover, word: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "version": found.version,
        "locale": found.locale,
        "word": word,
        "variants": variants(word),
    }
