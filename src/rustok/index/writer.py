"""Writes documents: puts and deletes that may be repeated, and never go back in time."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from rustok.core.context import Context
from rustok.core.db.sessions import ReadSession, WriteSession
from rustok.core.documents import Document, Projection
from rustok.index import repository
from rustok.index.tables import DocumentTable, Leftover
from rustok.index.text import configuration, fold, lexeme, spaced, words
from rustok.index.typos import tolerated, variants

AT_ONCE = 50
"""How many documents are made without a pause, in which a process that also serves answers."""
_SORT_TITLE = 100
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
        source: ReadSession | None = None,
    ) -> int:
        """Reads the aggregates and writes their documents into these versions; the lock is held.

        They are read in `source`, or in the session itself. Returns how many documents there are.
        """
        count = 0
        for start in range(0, len(ids), AT_ONCE):
            batch = ids[start : start + AT_ONCE]
            documents = await self._projection.load(ctx, source or session, batch)
            await self._put(session, documents, versions)
            await self._conclude(session, batch, documents, versions)
            count += len(documents)
        return count

    async def _put(
        self, session: WriteSession, documents: Sequence[Document], versions: Sequence[int]
    ) -> None:
        rows = [_row(document) for document in documents]
        for version in versions:
            await session.execute_many(
                self._table.put, [{**row, "version": version} for row in rows]
            )

    async def _conclude(
        self,
        session: WriteSession,
        ids: Sequence[UUID],
        documents: Sequence[Document],
        versions: Sequence[int],
    ) -> None:
        """Tells that something changed, deletes what is no more, and learns words."""
        lexicon = _lexicon(documents)
        left = await session.all(
            self._table.conclude,
            kind=self._kind,
            versions=list(versions),
            ids=list(ids),
            kept_ids=[document.id for document in documents],
            kept_locales=[document.locale for document in documents],
            words=[word for _, word in lexicon],
            word_locales=[locale for locale, _ in lexicon],
        )
        stale = [_stale(found, id_) for found in left if (id_ := found.stale_id)]
        if stale:
            await session.execute_many(self._table.delete, stale)
        learnt = [
            _learnt(self._kind, found, word) for found in left if (word := found.unknown_word)
        ]
        if learnt:
            await session.execute_many(repository.INSERT_WORD, learnt)


def _lexicon(documents: Iterable[Document]) -> list[tuple[str, str]]:
    """Locales and words for which a misspelt one may be taken: those that may have errors."""
    found: set[tuple[str, str]] = set()
    for document in documents:
        for text in (document.title, document.subtitle, *document.keywords):
            found.update((document.locale, word) for word in words(text) if _is_learnt(word))
    return sorted(found)


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


def _row(document: Document) -> dict[str, Any]:
    available = lexeme("available", "true" if document.available else "false")
    return {
        "locale": document.locale,
        "id": document.id,
        "aggregate_version": document.version,
        "handle": document.handle,
        "status": document.status,
        "sort_title": fold(document.title).replace("\0", "")[:_SORT_TITLE],
        "listed_at": document.published_at or document.created_at,
        "created_at": document.created_at,
        "updated_at": document.updated_at,
        "published_at": document.published_at,
        "amount_min": document.amount_min,
        "amount_max": document.amount_max,
        "facets": [*document.facets, available, lexeme("", "")],
        "config": configuration(document.locale),
        "title": spaced(document.title),
        "keywords": spaced(document.subtitle, *document.keywords),
        "content": spaced(document.text),
        "body": document.body.decode(),
        "staff": None if document.staff is None else document.staff.decode(),
    }
