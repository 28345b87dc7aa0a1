"""The read model's port: documents that projections write and every read is served from."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from rustok.core.context import Context
from rustok.core.db.sessions import ReadSession
from rustok.core.events.event import Event
from rustok.core.paging import Page


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One aggregate in one locale, ready to be served.

    `version` is the aggregate's: an older document never replaces a newer one. `body` is the JSON
    anyone may see, `staff` the JSON of what only staff may see besides. `facets` are `name=value`
    texts to filter and count by (`vendor=Acme`, `option.color=Red`, `category=<id>`). Amounts are
    minor units of the tenant's currency. Texts are searched by weight: title, then subtitle and
    keywords, then text.
    """

    id: UUID
    locale: str
    version: int
    handle: str
    status: str
    title: str
    body: bytes
    staff: bytes | None = None
    subtitle: str = ""
    keywords: tuple[str, ...] = ()
    text: str = ""
    facets: tuple[str, ...] = ()
    amount_min: int | None = None
    amount_max: int | None = None
    available: bool = True
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = None


class DocumentKind(msgspec.Struct, frozen=True, kw_only=True):
    """A table of documents: `products` lives in `index_products`; facets are its facet names."""

    name: str
    facets: tuple[str, ...] = ()


class StoredDocument(msgspec.Struct, frozen=True):
    """A document as it is read back; bodies are JSON text, `staff` where it was asked for."""

    id: UUID
    locale: str
    version: int
    handle: str
    status: str
    body: str
    staff: str | None


SortField = Literal["relevance", "newest", "title", "price", "updated"]


class Sort(msgspec.Struct, frozen=True, kw_only=True):
    """An order of a list; relevance needs a text and knows no direction.

    `newest` and `updated` begin with the latest, `title` with A, `price` with the cheapest;
    `descending` turns each of them round. What has no price comes last either way.
    """

    field: SortField = "newest"
    descending: bool = False


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What a list or a search asks for.

    `facets` maps a facet name to the values of which one must match (names are joined by AND);
    `count_facets` are the names to count, each without its own filter: `option` counts
    `option.Color` and `option.Size`, `available` what is and what is not. The order is relevance
    where there is a text, else the newest first. `statuses` names at least one. `staff` has the
    documents come with what only staff may see, for a caller who is.
    """

    locale: str
    text: str | None = None
    statuses: tuple[str, ...] = ("active",)
    facets: dict[str, tuple[str, ...]] = {}
    ids: tuple[UUID, ...] | None = None
    amount_min: int | None = None
    amount_max: int | None = None
    available: bool | None = None
    published_before: datetime | None = None
    sort: Sort | None = None
    first: int = 20
    after: str | None = None
    count_facets: tuple[str, ...] = ()
    total: bool = False
    staff: bool = False


class FacetValue(msgspec.Struct, frozen=True):
    """One value of a facet with the number of documents that have it."""

    value: str
    count: int


class SearchResult(msgspec.Struct, frozen=True, kw_only=True):
    """A page of documents with what was counted beside it.

    `facets` has each facet's values by their counts, the highest first. The amounts are those of
    the cheapest and the dearest match, whatever the limits asked for; they come with facets.
    """

    page: Page[StoredDocument]
    facets: dict[str, tuple[FacetValue, ...]] = {}
    amount_min: int | None = None
    amount_max: int | None = None
    corrected: str | None = None
    """The text that was searched instead, where the one asked for had a typo."""


class DocumentIndex(Protocol):
    """Reads documents; the index implements it. All methods honour `ctx.after`."""

    async def by_handle(
        self, ctx: Context, kind: str, handle: str, locale: str, *, staff: bool = False
    ) -> StoredDocument | None:
        """The document with the handle in the locale."""
        ...

    async def by_ids(
        self, ctx: Context, kind: str, ids: Sequence[UUID], locale: str, *, staff: bool = False
    ) -> list[StoredDocument]:
        """The documents with the ids, in the order asked for; missing ones are left out."""
        ...

    async def search(self, ctx: Context, kind: str, search: Search) -> SearchResult:
        """A page of documents; raises ValidationFailed and InvalidCursor."""
        ...


class DocumentChanges(Protocol):
    """Tells who keeps what documents were made into that documents have changed."""

    def listen(self, listener: Callable[[UUID | None], None]) -> None:
        """Calls the listener with each tenant some of whose documents changed, None for any.

        It is called in every process, soon after the commit.
        """
        ...

    @property
    def heard(self) -> bool:
        """Whether the listeners know of every change that is older than a second."""
        ...


class Projection(Protocol):
    """Own data to documents, contributed by a module and run by the index.

    `version` is raised whenever `load` changes what it makes: the index then fills a new version
    beside the old one while that still serves.
    """

    @property
    def kind(self) -> DocumentKind:
        """Where the documents go."""
        ...

    @property
    def version(self) -> int:
        """The projection's own version."""
        ...

    @property
    def events(self) -> tuple[str, ...]:
        """The names of the events that change its documents."""
        ...

    async def affected(
        self, ctx: Context, session: ReadSession, events: Sequence[Event]
    ) -> Sequence[UUID]:
        """The ids of the aggregates whose documents the events change."""
        ...

    async def load(
        self, ctx: Context, session: ReadSession, ids: Sequence[UUID]
    ) -> Sequence[Document]:
        """Documents of these aggregates from their present state; a deleted one has none.

        What makes many gives way now and then: its process may be one that also serves.
        """
        ...

    async def ids(
        self, ctx: Context, session: ReadSession, after: UUID | None, limit: int
    ) -> Sequence[UUID]:
        """The next aggregates in id order, for a rebuild."""
        ...
