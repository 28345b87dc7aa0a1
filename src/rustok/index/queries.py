"""Reads documents: by handle, by id, in lists and by search."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, overload
from uuid import UUID

import msgspec

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.db.sessions import ReadSession
from rustok.core.documents import FacetValue, Search, SearchResult, StoredDocument
from rustok.core.events.ports import LogProgress
from rustok.core.paging import Cursors, Page
from rustok.core.resilience import Breaker
from rustok.index import repository
from rustok.index.asking import EVERY, Asked, ask
from rustok.index.consumer import consumer_name
from rustok.index.counts import CountCache, Counts
from rustok.index.tables import DocumentTable, FoundRow, ListedRow
from rustok.index.text import Alternatives
from rustok.index.typos import nearest, variants

_NOTHING = SearchResult(page=Page(items=(), cursors=(), has_next=False, total=0))


class PostgresDocumentIndex:
    """Implements the DocumentIndex port on PostgreSQL."""

    def __init__(
        self, db: Database, progress: Callable[[], LogProgress | None], breaker: Breaker
    ) -> None:
        self._db = db
        self._breaker = breaker
        self._progress = progress
        self._counts = CountCache()
        self._table = lru_cache(maxsize=None)(DocumentTable)

    async def by_handle(
        self, ctx: Context, kind: str, handle: str, locale: str, *, staff: bool = False
    ) -> StoredDocument | None:
        """The document with the handle in the locale."""
        await self._catch_up(ctx, kind)
        async with self._db.read(ctx) as session:
            return await session.maybe(
                self._table(kind).by_handle, handle=handle, locale=locale, staff=staff
            )

    async def by_ids(
        self, ctx: Context, kind: str, ids: Sequence[UUID], locale: str, *, staff: bool = False
    ) -> list[StoredDocument]:
        """The documents with the ids, in the order asked for; missing ones are left out."""
        if not ids:
            return []
        await self._catch_up(ctx, kind)
        async with self._db.read(ctx) as session:
            found = await session.all(
                self._table(kind).by_ids, ids=list(ids), locale=locale, staff=staff
            )
        by_id = {document.id: document for document in found}
        return [by_id[wanted] for wanted in ids if wanted in by_id]

    async def search(self, ctx: Context, kind: str, search: Search) -> SearchResult:
        """A page of documents; raises ValidationFailed, InvalidCursor, BreakerOpen.

        A text that finds nothing is searched again with its misspelt words corrected. Sorted by
        relevance, the first 1,000 matches are ranked and listed. Texts are not searched for a
        while when searching them has run into the time limit again and again.
        """
        asked = ask(search)
        if asked.finds_nothing:
            return _NOTHING
        await self._catch_up(ctx, kind)
        async with self._db.read(ctx) as session:
            if asked.is_plain:
                rows = await session.all(self._table(kind).list, **asked.walk(), staff=search.staff)
                return SearchResult(page=_listed(rows, asked))
            if asked.words is None:
                return await self._searched(ctx, session, kind, asked)
            # within the session: waiting for a connection says nothing about searching
            async with self._breaker:
                return await self._searched(ctx, session, kind, asked)

    async def _searched(
        self, ctx: Context, session: ReadSession, kind: str, asked: Asked
    ) -> SearchResult:
        alternatives: Alternatives | None = None
        if asked.words is not None:
            alternatives = [(word,) for word in asked.words]
        result = None
        if not asked.corrected:
            result = await self._find(ctx, session, kind, asked, alternatives)
        if alternatives is None or (result is not None and result.page.items):
            return result or _NOTHING
        corrected = await self._corrected(session, kind, asked, asked.words or ())
        if corrected is None:
            return result or _NOTHING
        asked = msgspec.structs.replace(asked, corrected=True)
        found = await self._find(ctx, session, kind, asked, corrected)
        text = " ".join(words[0] for words in corrected)
        return msgspec.structs.replace(found, corrected=text) if found.page.items else found

    async def _find(
        self,
        ctx: Context,
        session: ReadSession,
        kind: str,
        asked: Asked,
        alternatives: Alternatives | None,
    ) -> SearchResult:
        walk, narrow = asked.walk(), asked.narrow(alternatives)
        key = _key(ctx, kind, walk, narrow)
        known = self._counts.get(key)
        is_young = ctx.after is None and self._counts.is_young(key)
        if is_young:
            narrow = {**narrow, "counted": None, "total": False}
        row = await session.maybe(
            self._table(kind).search,
            known=known and known.state,
            staff=asked.search.staff,
            **walk,
            **narrow,
        )
        if row is None:
            return _NOTHING
        if known is None or (row.state != known.state and not is_young):
            known = _counted(row)
            if asked.counts:
                self._counts.keep(key, known)
        return SearchResult(
            page=_found(row, asked, known.total if asked.search.total else None),
            facets=_families(known.facets, asked.search.count_facets),
            amount_min=known.amount_min,
            amount_max=known.amount_max,
        )

    async def _corrected(
        self, session: ReadSession, kind: str, asked: Asked, words: Sequence[str]
    ) -> Alternatives | None:
        rests = sorted({rest for word in words for rest in variants(word)})
        lexicon = await session.all(
            repository.WORDS_NEAR, kind=kind, locale=asked.search.locale, variants=rests
        )
        meant = [nearest(word, lexicon) for word in words]
        if not any(meant):
            return None
        # what was typed stays an alternative: a word of a description is in no lexicon
        return [(*others, word) for word, others in zip(words, meant, strict=True)]

    async def _catch_up(self, ctx: Context, kind: str) -> None:
        if ctx.after is None:
            return
        progress = self._progress()
        if progress is not None:
            await progress.passed(ctx, consumer_name(kind), ctx.after)


def _key(ctx: Context, kind: str, walk: dict[str, Any], narrow: dict[str, Any]) -> Hashable:
    parts = (walk["locale"], walk["statuses"], narrow)
    return ctx.tenant.id, kind, msgspec.json.encode(parts)


class Keys(Sequence[tuple[str, str]]):
    """The sort keys and ids of rows as cursors hold them, each made when it is asked for."""

    def __init__(self, rows: Sequence[ListedRow]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> tuple[str, str]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[str, str]]: ...
    def __getitem__(self, place: int | slice) -> tuple[str, str] | Sequence[tuple[str, str]]:
        """The key of a row, or those of some."""
        if isinstance(place, slice):
            return Keys(self._rows[place])
        row = self._rows[place]
        return row.sort_key, str(row.id)


def _listed(rows: Sequence[ListedRow], asked: Asked) -> Page[StoredDocument]:
    first = asked.search.first
    shown = rows[:first]
    return Page(
        items=tuple(
            StoredDocument(r.id, r.locale, r.version, r.handle, r.status, r.body, r.staff)
            for r in shown
        ),
        cursors=Cursors(asked.names_order, Keys(shown)),
        has_next=len(rows) > first,
    )


def _found(row: FoundRow, asked: Asked, total: int | None) -> Page[StoredDocument]:
    if row.ids is None:
        return Page(items=(), cursors=(), has_next=False, total=total)
    columns = (
        row.ids,
        row.locales or (),
        row.versions or (),
        row.handles or (),
        row.statuses or (),
        row.bodies or (),
        row.staff or (),
    )
    first = asked.search.first
    items = tuple(StoredDocument(*values) for values in zip(*columns, strict=True))
    keys = zip(row.keys or (), map(str, row.ids), strict=True)
    return Page(
        items=items[:first],
        cursors=Cursors(asked.names_order, list(keys)[:first]),
        has_next=len(items) > first,
        total=total,
    )


def _families(
    counted: Mapping[str, tuple[FacetValue, ...]], names: Sequence[str]
) -> dict[str, tuple[FacetValue, ...]]:
    """The facets of each name asked for: itself, or all that are called `name.something`."""
    found: dict[str, tuple[FacetValue, ...]] = {}
    for name in names:
        members = sorted(each for each in counted if each.startswith(f"{name}."))
        for member in members if name not in counted and members else (name, *members):
            found[member] = counted.get(member, ())
    return found


def _counted(row: FoundRow) -> Counts:
    facets: dict[str, list[FacetValue]] = {}
    total = row.total or 0
    for text, count in zip(row.counted_values or (), row.counts or (), strict=True):
        name, _, value = text.partition("=")
        if name == EVERY:
            total = count
        else:
            facets.setdefault(name, []).append(FacetValue(value, count))
    ordered = {
        name: tuple(sorted(values, key=lambda found: (-found.count, found.value)))
        for name, values in facets.items()
    }
    weight = sum(row.counts or ()) or total
    return Counts(row.state, ordered, total, row.amount_min, row.amount_max, weight)
