"""Fills a new version of a kind's documents beside the one that serves, then switches."""

from collections.abc import Callable
from typing import Literal

from rustok.core.context import TenantRef, system_context
from rustok.core.db import Database
from rustok.core.db.sessions import WriteSession
from rustok.core.documents import Projection
from rustok.core.tenants import TenantDirectory
from rustok.index import repository
from rustok.index.filling import Filling
from rustok.index.purge import Purge
from rustok.index.repository import FillingRow
from rustok.index.tables import DocumentTable
from rustok.index.walk import BEFORE_ALL, Walk
from rustok.index.writer import DocumentWriter

Progress = Callable[[int], None]
Step = Literal["filling", "switched", "gone"]

# What is asked about all tenants is asked on behalf of none.
_NO_TENANT = TenantRef(
    id=BEFORE_ALL,
    slug="",
    name="",
    default_locale="en",
    locales=("en",),
    currency="EUR",
    modules=frozenset(),
)


class Rebuild:
    """Rebuilds one kind under the worker role, in short transactions.

    How far it is stands in the database: a killed rebuild goes on where it was, and two processes
    that run one at the same time take turns at it. Who fills reads under the tenant's lock: all
    that was committed before is seen, and what is committed later comes by its event.
    """

    def __init__(self, projection: Projection, worker: Database, tenants: TenantDirectory) -> None:
        self._projection = projection
        self._worker = worker
        self._tenants = tenants
        self._kind = projection.kind.name
        self._table = DocumentTable(self._kind)
        self._writer = DocumentWriter(projection)
        self._ctx = system_context(_NO_TENANT)

    async def ensure(self, progress: Progress | None = None) -> bool:
        """Rebuilds where the projection's definition is not the one served, or a rebuild was cut.

        Returns whether there was something to do.
        """
        fillings = await self._fillings()
        served = [filling.definition for filling in fillings if filling.state == "active"]
        if len(fillings) == 1 and served == [self._projection.version]:
            return False
        if any(f.state == "building" for f in fillings) or served != [self._projection.version]:
            await self.run(progress)
        else:
            await self._purge()
        return True

    async def run(self, progress: Progress | None = None) -> int:
        """Fills a version, switches to it and deletes the others; returns its documents' number.

        `progress` is called with the number of documents after each batch.
        """
        await self._begin()
        count = 0
        step: Step = "filling"
        while step == "filling":
            step, written = await self._advance()
            count += written
            if progress is not None:
                progress(count)
        await self._purge()
        return count

    async def _fillings(self) -> list[FillingRow]:
        async with self._worker.read(self._ctx) as session:
            return await session.all(repository.FILLINGS, kind=self._kind)

    async def _begin(self) -> None:
        async with self._worker.write(self._ctx) as session:
            building = await session.maybe(repository.LOCK_BUILDING, kind=self._kind)
            if building is not None and building.definition != self._projection.version:
                await session.execute(repository.RETIRE, kind=self._kind, state="building")
            await session.execute(
                repository.START, kind=self._kind, definition=self._projection.version
            )

    async def _advance(self) -> tuple[Step, int]:
        async with self._worker.write(self._ctx) as session:
            building = await session.maybe(repository.LOCK_BUILDING, kind=self._kind)
            if building is None:
                return "gone", 0
            walk = Walk(session, self._projection, self._tenants, building)
            filling = Filling(self._writer, self._worker, building.version, walk)
            await filling.run()
            if walk.ended:
                await session.execute(repository.RETIRE, kind=self._kind, state="active")
                await session.execute(repository.ACTIVATE, kind=self._kind)
                return "switched", filling.count
            await session.execute(
                repository.MARK_FILLED,
                kind=self._kind,
                filling_tenant=walk.tenant_id,
                filled_to=walk.filled_to,
            )
            return "filling", filling.count

    async def _purge(self) -> None:
        """Deletes what is retired; leaves to others what they are about to delete."""
        purged = True
        while purged:
            async with self._worker.write(self._ctx) as session:
                version = await session.maybe(repository.LOCK_RETIRED, kind=self._kind)
                purged = version is not None
                if version is not None:
                    await self._delete(session, version)

    async def _delete(self, session: WriteSession, version: int) -> None:
        purge = Purge(self._ctx, session, self._worker, self._writer, self._table, version)
        await purge.run()
        await session.execute(repository.FORGET_VERSION, kind=self._kind, version=version)
