"""Fills a version with the documents of a tenant's aggregates, in transactions side by side."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.db.sessions import WriteSession
from rustok.index.tables import Leftover
from rustok.index.writer import DocumentWriter, LocaleWord, batches

HANDS = 4
"""How many transactions at once: while one is read for, others are written by, or made for."""


class Filling:
    """Fills a version with documents of these aggregates.

    Each batch is a transaction, which shares the tenant's lock with the others from before it reads
    until its commit. What is committed while another fails is filled once more, by whoever goes on.
    """

    def __init__(
        self,
        ctx: Context,
        writer: DocumentWriter,
        worker: Database,
        version: int,
        ids: Sequence[UUID],
    ) -> None:
        self._ctx = ctx
        self._writer = writer
        self._worker = worker
        self._version = version
        self._batches = batches(ids)
        self._asked: set[LocaleWord] = set()
        self.count = 0
        self.unknown: list[Leftover] = []

    async def run(self) -> None:
        """Ends when all is committed: `count` documents, and words to be learnt by one for all.

        Raises what the first hand raises that fails; by then the others have ended.
        """
        hands = [asyncio.create_task(self._work()) for _ in range(HANDS)]
        try:
            await asyncio.gather(*hands)
        finally:
            for hand in hands:
                hand.cancel()
            await asyncio.wait(hands)

    async def _work(self) -> None:
        for ids in self._batches:
            async with self._worker.write(self._ctx) as session:
                # Gone is the version only where whoever filled it has lost its own transaction.
                if self._version in await self._writer.share(session):
                    await self._fill(session, ids)

    async def _fill(self, session: WriteSession, ids: Sequence[UUID]) -> None:
        filled = await self._writer.fill(self._ctx, session, ids, self._version, self._asked)
        self.count += filled.documents
        self.unknown += filled.unknown
