"""Fills a version with documents, in transactions side by side."""

from uuid import UUID

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.db.sessions import WriteSession
from rustok.index.entries import LocaleWord
from rustok.index.hands import by_hands
from rustok.index.tables import Leftover
from rustok.index.walk import Batch, Walk
from rustok.index.writer import DocumentWriter


class Filling:
    """Fills a version with the documents of the aggregates that a walk comes by.

    Each batch is a transaction, which shares the tenant's lock with the others from before it reads
    until its commit. What is committed while another fails is filled once more, by whoever goes on.
    """

    def __init__(self, writer: DocumentWriter, worker: Database, version: int, walk: Walk) -> None:
        self._writer = writer
        self._worker = worker
        self._version = version
        self._walk = walk
        self._words: dict[UUID, _Words] = {}
        self.count = 0

    async def run(self) -> None:
        """Ends when all is committed, the words as well; `count` says how many documents it was.

        Raises what the first hand raises that fails; by then the others have ended.
        """
        await by_hands(self._fill_next)
        # Hands that met the same new word at once would wait for each other.
        await by_hands(self._learn_next)

    async def _fill_next(self) -> bool:
        batch = await self._walk.next()
        if batch is not None:
            await self._fill(batch)
        return batch is not None

    async def _fill(self, batch: Batch) -> None:
        ctx, ids = batch
        async with self._worker.write(ctx) as session:
            if await self._is_gone(session):
                return
            words = self._words.setdefault(ctx.tenant.id, _Words(ctx))
            filled = await self._writer.fill(ctx, session, ids, self._version, words.asked)
            self.count += filled.documents
            words.unknown += filled.unknown

    async def _learn_next(self) -> bool:
        if not self._words:
            return False
        _, words = self._words.popitem()
        async with self._worker.write(words.ctx) as session:
            if not await self._is_gone(session):
                await self._writer.learn(session, words.unknown)
        return True

    async def _is_gone(self, session: WriteSession) -> bool:
        """Shares the tenant's lock; it is gone where whoever fills has lost its own transaction."""
        return self._version not in await self._writer.share(session)


class _Words:
    """What was asked of a tenant's lexicon, and what it does not have."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.asked: set[LocaleWord] = set()
        self.unknown: list[Leftover] = []
