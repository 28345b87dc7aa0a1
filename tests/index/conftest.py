"""A database with the kind `things`, and what writes and reads it."""

from collections.abc import Sequence

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.db.database import EventStore
from rustok.core.db.sessions import WriteSession
from rustok.core.documents import DocumentIndex
from rustok.core.events import PendingEvent
from rustok.core.host import Host
from rustok.core.modules.registry import Modules, installed
from rustok.core.tenants import TenantDirectory
from rustok.index.rebuild import Rebuild
from rustok.testing.databases import TestDatabase
from tests.index.things import DDL, ThingProjection, Things


@pytest.fixture(scope="session")
def modules() -> Modules:
    """Those that the index needs."""
    found = installed()
    return Modules([found["tenant"], found["index"]])


@pytest.fixture
async def database(database: TestDatabase) -> TestDatabase:
    """The test's own database, with things in it."""
    connection = await asyncpg.connect(database.owner_url)
    for script in DDL:
        await connection.execute(script)
    await connection.close()
    return database


class NoLog:
    """Keeps no events: these tests hand them to the projection themselves."""

    async def append(
        self, _ctx: Context, _session: WriteSession, _events: Sequence[PendingEvent]
    ) -> int:
        return 0

    def wake(self) -> None:
        return


@pytest.fixture
def host(host: Host) -> Host:
    host.provide(EventStore, NoLog())
    return host


@pytest.fixture
def things(host: Host) -> Things:
    assert host.worker is not None
    return Things(host.db, host.worker, host.ids)


@pytest.fixture
def documents(host: Host) -> DocumentIndex:
    return host.get(DocumentIndex)


@pytest.fixture
def rebuild(host: Host) -> Rebuild:
    assert host.worker is not None
    return Rebuild(ThingProjection(), host.worker, host.get(TenantDirectory))
