"""Writes documents: puts and deletes that may be repeated, and never go back in time."""

from collections.abc import Iterable, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any
from uuid import UUID

from rustok.core.context import Context
from rustok.core.db.sessions import ReadSession, WriteSession
from rustok.core.documents import Projection
from rustok.index import repository
from rustok.index.entries import Entry, columns, entries_of
from rustok.index.pipeline import OneBehind, ahead
from rustok.index.tables import DocumentTable, Leftover
from rustok.index.typos import tolerated, variants

AT_ONCE = 50
"""Of how many aggregates one statement reads the state, and another one writes the documents."""
_LONGEST_WORD = 40


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

    async def refresh(
        self,
        ctx: Context,
        session: WriteSession,
        ids: Sequence[UUID],
        versions: Sequence[int],
        sources: Sequence[ReadSession] = (),
    ) -> int:
        """Reads the aggregates and writes their documents into these versions; the lock is held.

        They are read in the sources, which are not the session, while what came before is written;
        without any in the session itself. Returns how many documents there are.
        """
        count = 0
        batches = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
        load = partial(self._projection.load, ctx)
        async with (
            OneBehind() as writing,
            aclosing(ahead(batches, sources or [session], load)) as read,
        ):
            async for batch, documents in read:
                entries = entries_of(documents)
                await writing.begin(self._write(session, batch, entries, versions))
                if not sources:
                    await writing.end()
                count += len(entries)
        return count

    async def _write(
        self,
        session: WriteSession,
        ids: Sequence[UUID],
        entries: Sequence[Entry],
        versions: Sequence[int],
    ) -> None:
        """Puts documents, deletes those of these aggregates that are no more, and learns words."""
        lexicon = _lexicon(entries)
        left = await session.all(
            self._table.put,
            kind=self._kind,
            versions=list(versions),
            wanted=list(ids),
            words=[word for _, word in lexicon],
            word_locales=[locale for locale, _ in lexicon],
            **columns(entries),
        )
        stale = [_stale(found, id_) for found in left if (id_ := found.stale_id)]
        if stale:
            await session.execute_many(self._table.delete, stale)
        learnt = [
            _learnt(self._kind, found, word) for found in left if (word := found.unknown_word)
        ]
        if learnt:
            await session.execute_many(repository.INSERT_WORD, learnt)


def _lexicon(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    """Locales and words for which a misspelt one may be taken: those that may have errors."""
    found: dict[str, set[str]] = {}
    for entry in entries:
        known = found.setdefault(entry.document.locale, set())
        known.update(entry.title)
        known.update(entry.keywords)
    return sorted((locale, word) for locale in found for word in found[locale] if _is_learnt(word))


def _is_learnt(word: str) -> bool:
    return tolerated(word) > 0 and len(word) <= _LONGEST_WORD


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
