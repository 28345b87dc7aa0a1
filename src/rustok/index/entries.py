"""Documents as rows of their table, a whole batch at a time."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

import msgspec

from rustok.core.documents import Document
from rustok.index.text import configuration, fold, lexeme, quoted, spaced, words
from rustok.index.typos import tolerated

LocaleWord: TypeAlias = tuple[str, str]
_SORT_TITLE = 100
_LONGEST_WORD = 40


class Row(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What stands in a row besides the bodies; `config`, `title`, `keywords` and `content` are what
    its search column is made of."""

    locale: str
    id: UUID
    aggregate_version: int
    handle: str
    status: str
    sort_title: str
    listed_at: datetime
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    amount_min: int | None
    amount_max: int | None
    facets: str
    config: str
    title: str
    keywords: str
    content: str


class Entries(NamedTuple):
    """Rows with their bodies, in one order, and the locales and words of which a misspelt one may
    be taken for."""

    rows: list[Row]
    bodies: list[str]
    staff: list[str | None]
    lexicon: list[LocaleWord]


def entries_of(documents: Iterable[Document]) -> Entries:
    """The documents as rows; of two with the same id and locale, the last."""
    distinct = {(document.id, document.locale): document for document in documents}
    rows = []
    learnt: dict[str, set[str]] = {}
    for document in distinct.values():
        title, keywords = words(document.title), words(_keywords(document))
        known = learnt.setdefault(document.locale, set())
        known.update(title)
        known.update(keywords)
        rows.append(_row(document, " ".join(title), " ".join(keywords)))
    return Entries(
        rows=rows,
        bodies=[document.body.decode() for document in distinct.values()],
        staff=[None if d.staff is None else d.staff.decode() for d in distinct.values()],
        lexicon=sorted(
            (locale, word) for locale in learnt for word in filter(_may_err, learnt[locale])
        ),
    )


def encoded(rows: list[Row]) -> str:
    """Rows as JSON, for `json_to_recordset`."""
    return msgspec.json.encode(rows).decode()


def _row(document: Document, title: str, keywords: str) -> Row:
    return Row(
        locale=document.locale,
        id=document.id,
        aggregate_version=document.version,
        handle=document.handle,
        status=document.status,
        sort_title=fold(document.title).replace("\0", "")[:_SORT_TITLE],
        listed_at=document.published_at or document.created_at,
        created_at=document.created_at,
        updated_at=document.updated_at,
        published_at=document.published_at,
        amount_min=document.amount_min,
        amount_max=document.amount_max,
        facets=_facets(document),
        config=configuration(document.locale),
        title=title,
        keywords=keywords,
        content=spaced(document.text),
    )


def _keywords(document: Document) -> str:
    return " ".join((document.subtitle, *document.keywords))


def _facets(document: Document) -> str:
    available = lexeme("available", "true" if document.available else "false")
    return " ".join(map(quoted, (*document.facets, available, lexeme("", ""))))


def _may_err(word: str) -> bool:
    return tolerated(word) > 0 and len(word) <= _LONGEST_WORD
