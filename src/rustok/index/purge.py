"""Deletes the documents of a version that serves no more, in transactions side by side."""

import asyncio
from typing import NamedTuple
from uuid import UUID

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.db.sessions import WriteSession
from rustok.index import repository
from rustok.index.hands import by_hands
from rustok.index.tables import DocumentTable
from rustok.index.walk import BEFORE_ALL
from rustok.index.writer import DocumentWriter

PIECE = 500
"""How many documents one statement deletes."""
_LAST = UUID(int=2**128 - 1)


class Piece(NamedTuple):
    """A tenant's documents after one id, up to another."""

    tenant_id: UUID
    after: UUID
    upto: UUID


class Purge:
    """Deletes a version of a kind; the session holds the version's row until all is gone."""

    def __init__(
        self,
        ctx: Context,
        session: WriteSession,
        worker: Database,
        writer: DocumentWriter,
        table: DocumentTable,
        version: int,
    ) -> None:
        self._ctx = ctx
        self._session = session
        self._worker = worker
        self._writer = writer
        self._table = table
        self._version = version
        self._tenant_id = BEFORE_ALL
        self._after = _LAST
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Ends when all documents and words of the version are deleted."""
        await by_hands(self._delete_next)

    async def _delete_next(self) -> bool:
        piece = await self._next()
        if piece is None:
            return False
        async with self._worker.write(self._ctx) as session:
            await session.switch_tenant(piece.tenant_id)
            await session.execute(
                self._table.delete_range,
                version=self._version,
                after=piece.after,
                upto=piece.upto,
            )
        return True

    async def _next(self) -> Piece | None:
        async with self._turn:
            if self._after == _LAST and not await self._enter():
                return None
            after = self._after
            self._after = await self._bound(after) or _LAST
            return Piece(self._tenant_id, after, self._after)

    async def _bound(self, after: UUID) -> UUID | None:
        return await self._session.maybe(
            self._table.id_after, version=self._version, after=after, most=PIECE
        )

    async def _enter(self) -> bool:
        """Goes on to the next tenant, once nobody is left who writes this version of it."""
        tenant_id = await self._session.maybe(repository.NEXT_TENANT, after=self._tenant_id)
        if tenant_id is None:
            return False
        async with self._worker.write(self._ctx) as session:
            await session.switch_tenant(tenant_id)
            await self._writer.lock(session)
            await session.execute(
                repository.DELETE_WORDS, kind=self._table.kind, version=self._version
            )
        await self._session.switch_tenant(tenant_id)
        self._tenant_id, self._after = tenant_id, BEFORE_ALL
        return True
