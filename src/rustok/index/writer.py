"""Writes documents: puts and deletes that may be repeated, and never go back in time."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from rustok.core.context import Context
from rustok.core.db.sessions import WriteSession
from rustok.core.documents import Document, Projection
from rustok.index import repository
from rustok.index.tables import DocumentTable
from rustok.index.text import configuration, fold, lexeme, spaced, words
from rustok.index.typos import variants

BATCH = 200
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

    async def lock(self, session: WriteSession) -> None:
        """Waits until nobody else writes this tenant's documents of the kind."""
        await session.execute(repository.LOCK_TENANT, kind=self._kind)

    async def refresh(
        self, ctx: Context, session: WriteSession, ids: Sequence[UUID], versions: Sequence[int]
    ) -> int:
        """Reads the aggregates and writes their documents into these versions; the lock is held.

        Returns how many documents there are.
        """
        count = 0
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            documents = await self._projection.load(ctx, session, batch)
            await self._put(session, documents, versions)
            await session.execute(
                self._table.delete_others,
                versions=list(versions),
                ids=list(batch),
                kept_ids=[document.id for document in documents],
                kept_locales=[document.locale for document in documents],
            )
            count += len(documents)
        await session.execute(repository.RAISE_REVISION, kind=self._kind)
        return count

    async def _put(
        self, session: WriteSession, documents: Sequence[Document], versions: Sequence[int]
    ) -> None:
        rows = [_row(document) for document in documents]
        for version in versions:
            await session.execute_many(
                self._table.put, [{**row, "version": version} for row in rows]
            )
        for locale in sorted({document.locale for document in documents}):
            known = _lexicon(document for document in documents if document.locale == locale)
            for version in versions:
                await self._learn(session, known, locale, version)

    async def _learn(
        self, session: WriteSession, known: list[str], locale: str, version: int
    ) -> None:
        place = {"kind": self._kind, "version": version, "locale": locale}
        new = await session.all(repository.NEW_WORDS, words=known, **place)
        if new:
            rows = [{"word": word, "variants": variants(word), **place} for word in new]
            await session.execute_many(repository.INSERT_WORD, rows)


def _lexicon(documents: Iterable[Document]) -> list[str]:
    found: set[str] = set()
    for document in documents:
        for text in (document.title, document.subtitle, *document.keywords):
            found.update(word for word in words(text) if 2 < len(word) <= _LONGEST_WORD)
    return sorted(found)


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
