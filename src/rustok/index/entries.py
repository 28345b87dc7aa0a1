"""Documents as the columns of their table, a whole batch at a time."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from rustok.core.documents import Document
from rustok.index.text import configuration, fold, lexeme, quoted, spaced, words

_SORT_TITLE = 100


class Entry(NamedTuple):
    """A document, with the words of its title and those of its keywords."""

    document: Document
    title: list[str]
    keywords: list[str]


def entries_of(documents: Iterable[Document]) -> list[Entry]:
    """The documents with their words; of two with the same id and locale, the last."""
    distinct = {(document.id, document.locale): document for document in documents}
    return [
        Entry(document, words(document.title), words(_keywords(document)))
        for document in distinct.values()
    ]


def columns(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    """The values of each column, in the order of the entries."""
    found = [entry.document for entry in entries]
    configurations = {locale: configuration(locale) for locale in {d.locale for d in found}}
    return {
        "locales": [d.locale for d in found],
        "ids": [d.id for d in found],
        "aggregate_versions": [d.version for d in found],
        "handles": [d.handle for d in found],
        "statuses": [d.status for d in found],
        "sort_titles": [fold(d.title).replace("\0", "")[:_SORT_TITLE] for d in found],
        "listed": [d.published_at or d.created_at for d in found],
        "created": [d.created_at for d in found],
        "updated": [d.updated_at for d in found],
        "published": [d.published_at for d in found],
        "amounts_min": [d.amount_min for d in found],
        "amounts_max": [d.amount_max for d in found],
        "facets": [_facets(d) for d in found],
        "configs": [configurations[d.locale] for d in found],
        "titles": [" ".join(entry.title) for entry in entries],
        "keywords": [" ".join(entry.keywords) for entry in entries],
        "contents": [spaced(d.text) for d in found],
        "bodies": [d.body.decode() for d in found],
        "staff": [None if d.staff is None else d.staff.decode() for d in found],
    }


def _keywords(document: Document) -> str:
    return " ".join((document.subtitle, *document.keywords))


def _facets(document: Document) -> str:
    available = lexeme("available", "true" if document.available else "false")
    return " ".join(map(quoted, (*document.facets, available, lexeme("", ""))))
