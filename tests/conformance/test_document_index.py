"""The index on PostgreSQL is what the port says."""

from collections.abc import Sequence
from uuid import UUID

from rustok.core.context import Context
from rustok.core.db import ReadSession
from rustok.core.documents import Document, DocumentKind
from rustok.core.events import Event
from rustok.core.host import Host
from rustok.index.writer import DocumentWriter
from rustok.testing.conformance.documents import DocumentIndexConformance

KIND = "products"


class Given:
    """A projection of documents that are there already."""

    kind = DocumentKind(name=KIND, facets=("type", "vendor"))
    version = 1
    events: tuple[str, ...] = ()

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    async def affected(
        self, _ctx: Context, _session: ReadSession, _events: Sequence[Event]
    ) -> Sequence[UUID]:
        return ()

    async def load(
        self, _ctx: Context, _session: ReadSession, _ids: Sequence[UUID]
    ) -> Sequence[Document]:
        return self._documents

    async def ids(
        self, _ctx: Context, _session: ReadSession, _after: UUID | None, _limit: int
    ) -> Sequence[UUID]:
        return ()


class TestPostgres(DocumentIndexConformance):
    kind = KIND

    async def put(self, host: Host, ctx: Context, documents: Sequence[Document]) -> None:
        """Through the writer, as the worker."""
        assert host.worker is not None
        writer = DocumentWriter(Given(documents))
        async with host.worker.write(ctx) as session:
            versions = await writer.lock(session)
            await writer.refresh(ctx, session, [item.id for item in documents], versions)
