"""A small module's data and its projection, to try the index with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.db.ddl import fence
from rustok.core.db.document_ddl import document_table
from rustok.core.db.sessions import ReadSession, WriteSession
from rustok.core.documents import Document, DocumentKind
from rustok.core.events import Event
from rustok.core.ids import IdSource
from rustok.core.sql import Query, Statement
from rustok.index.consumer import ProjectionConsumer

KIND = "things"
START = datetime(2026, 1, 1, tzinfo=UTC)

DDL = (
    """
    CREATE TABLE things (
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        id uuid NOT NULL,
        version integer NOT NULL,
        body text NOT NULL,
        PRIMARY KEY (tenant_id, id)
    )
    """,
    fence("things"),
    document_table(KIND),
)


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """What a thing is; one of no locales has documents in all of its tenant's."""

    title: str
    titles: dict[str, str] = {}
    locales: tuple[str, ...] = ()
    handle: str = "thing"
    status: str = "active"
    subtitle: str = ""
    keywords: tuple[str, ...] = ()
    text: str = ""
    facets: tuple[str, ...] = ()
    amount: int | None = 100
    amount_max: int | None = None
    available: bool = True
    age_days: int = 0


class ThingRow(msgspec.Struct, frozen=True, gc=False):
    id: UUID
    version: int
    body: str


SAVE = Query(
    """
    INSERT INTO things AS t (tenant_id, id, version, body) VALUES (:tenant_id, :id, 1, :body)
    ON CONFLICT (tenant_id, id) DO UPDATE SET version = t.version + 1, body = excluded.body
    RETURNING version
    """,
    int,
    id=UUID,
    body=str,
)
REMOVE = Statement("DELETE FROM things WHERE tenant_id = :tenant_id AND id = :id", id=UUID)
SET_VERSION = Statement(
    "UPDATE things SET version = :version WHERE tenant_id = :tenant_id AND id = :id",
    id=UUID,
    version=int,
)
LOAD = Query(
    "SELECT id, version, body FROM things WHERE tenant_id = :tenant_id AND id = ANY (:ids)",
    ThingRow,
    ids=list[UUID],
)
IDS = Query(
    "SELECT id FROM things WHERE tenant_id = :tenant_id AND id > :after ORDER BY id LIMIT :most",
    UUID,
    after=UUID,
    most=int,
)


class ThingProjection:
    """Implements Projection; `suffix` stands for a change of what the documents hold."""

    kind = DocumentKind(name=KIND, facets=("color", "size"))
    events: tuple[str, ...] = ("thing.changed",)

    def __init__(self, version: int = 1, suffix: str = "") -> None:
        self.version = version
        self.suffix = suffix

    async def affected(
        self, _ctx: Context, _session: ReadSession, events: Sequence[Event]
    ) -> Sequence[UUID]:
        return [event.aggregate_id for event in events]

    async def load(
        self, ctx: Context, session: ReadSession, ids: Sequence[UUID]
    ) -> Sequence[Document]:
        rows = await session.all(LOAD, ids=list(ids))
        return [
            document
            for row in rows
            for document in self.documents(ctx, row, msgspec.json.decode(row.body, type=Thing))
        ]

    async def ids(
        self, _ctx: Context, session: ReadSession, after: UUID | None, limit: int
    ) -> Sequence[UUID]:
        return await session.all(IDS, after=after or UUID(int=0), most=limit)

    def documents(self, ctx: Context, row: ThingRow, thing: Thing) -> list[Document]:
        listed = START + timedelta(days=-thing.age_days)
        return [
            Document(
                id=row.id,
                locale=locale,
                version=row.version,
                handle=thing.handle,
                status=thing.status,
                title=thing.titles.get(locale, thing.title),
                subtitle=thing.subtitle,
                keywords=thing.keywords,
                text=thing.text,
                facets=thing.facets,
                amount_min=thing.amount,
                amount_max=thing.amount if thing.amount_max is None else thing.amount_max,
                available=thing.available,
                created_at=listed,
                updated_at=listed,
                published_at=listed,
                body=msgspec.json.encode({"title": thing.title + self.suffix}),
                staff=b'{"margin":7}',
            )
            for locale in thing.locales or ctx.tenant.locales
        ]


class Things:
    """Writes things, and hands what changed to the projection as the outbox would."""

    def __init__(self, db: Database, worker: Database, ids: IdSource) -> None:
        self._db = db
        self._worker = worker
        self._ids = ids
        self.consumer = ProjectionConsumer(ThingProjection())

    async def save(self, ctx: Context, thing: Thing, id_: UUID | None = None) -> UUID:
        """Saves without projecting."""
        found = id_ or self._ids.new()
        async with self._db.write(ctx) as session:
            await session.one(SAVE, id=found, body=msgspec.json.encode(thing).decode())
        return found

    async def set_version(self, ctx: Context, id_: UUID, version: int) -> None:
        """As if the state were read at an older moment."""
        async with self._db.write(ctx) as session:
            await session.execute(SET_VERSION, id=id_, version=version)

    async def remove(self, ctx: Context, id_: UUID) -> None:
        """Removes without projecting."""
        async with self._db.write(ctx) as session:
            await session.execute(REMOVE, id=id_)

    async def project(self, ctx: Context, *ids: UUID) -> None:
        """What the outbox does once the events of these things are in the log."""
        async with self._worker.write(ctx) as session:
            await self.project_in(ctx, session, *ids)

    async def project_in(self, ctx: Context, session: WriteSession, *ids: UUID) -> None:
        """As `project`, in a transaction that the test ends."""
        await self.consumer.handle(ctx, session, [_event(ctx, id_) for id_ in ids])

    async def add(self, ctx: Context, *things: Thing) -> list[UUID]:
        """Saves and projects."""
        ids = [await self.save(ctx, thing) for thing in things]
        await self.project(ctx, *ids)
        return ids


def _event(ctx: Context, id_: UUID) -> Event:
    fields: dict[str, Any] = {"position": 1, "schema_version": 1, "aggregate_version": 1}
    return Event(
        id=id_,
        tenant_id=ctx.tenant.id,
        name="thing.changed",
        aggregate="thing",
        aggregate_id=id_,
        payload=b"{}",
        occurred_at=START,
        **fields,
    )
