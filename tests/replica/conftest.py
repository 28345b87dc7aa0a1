"""A primary and its replica, of these tests alone, and processes that read from it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import asyncpg
import msgspec
import pytest

from rustok.app.bootstrap import open_host
from rustok.app.postgres import EmbeddedPostgres, RunningPostgres
from rustok.app.replicas import replica_parts
from rustok.app.settings import load
from rustok.app.workers import Workers
from rustok.core.events.ports import Consumer
from rustok.core.events.upcasting import Upcasters
from rustok.core.host import Host
from rustok.index import service as index
from rustok.outbox import workers
from rustok.outbox.membership import Membership
from rustok.outbox.replica import Replica
from rustok.outbox.stuck import StuckGuard
from rustok.testing.databases import SECRET, TestDatabase
from rustok.testing.folders import server_folder
from rustok.testing.plugin import SERVER_SETTINGS
from tests.outbox.probe import TABLES, ThingChanged
from tests.replica.mirror import LIMIT_SECONDS
from tests.replica.standby import Standby

SETTINGS = SERVER_SETTINGS | {"max_connections": "60", "hot_standby_feedback": "on"}
QUICKLY = {"RUSTOK_OUTBOX__REPLICA_SECONDS": "0.8"}
WHILE_IT_LASTS = {"RUSTOK_OUTBOX__REPLICA_SECONDS": "4"}
"""Long enough that one which was paused a moment ago is not too far behind to be asked."""
PATIENTLY = {"RUSTOK_OUTBOX__REPLICA_SECONDS": "20"}

Process = Callable[..., AbstractAsyncContextManager[Host]]


@pytest.fixture(scope="session")
def folders() -> Iterator[Callable[[], Path]]:
    """Makes empty homes that the servers' account may enter."""
    made: list[Path] = []

    def make() -> Path:
        home = server_folder()
        made.append(home)
        return home

    yield make
    for home in made:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def primary(folders: Callable[[], Path]) -> Iterator[RunningPostgres]:
    """The server whose databases the tests use."""
    home = folders()
    server = EmbeddedPostgres.start(home, settings=SETTINGS)
    yield server
    server.stop()
    EmbeddedPostgres.remove(home)


@pytest.fixture(scope="session")
def server_url(primary: RunningPostgres) -> str:
    return primary.url()


@pytest.fixture(scope="session")
def templates() -> dict[frozenset[str], str]:
    """Those of this server."""
    return {}


@pytest.fixture(scope="session")
def standby(primary: RunningPostgres, folders: Callable[[], Path]) -> Iterator[Standby]:
    """Its replica; who pauses or kills it has it go on again."""
    found = Standby(primary, folders(), SETTINGS)
    yield found
    found.remove()


@pytest.fixture
def another_standby(primary: RunningPostgres, folders: Callable[[], Path]) -> Iterator[Standby]:
    """A replica that a test may spoil."""
    found = Standby(primary, folders(), SETTINGS)
    yield found
    found.remove()


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to a database that also has the small domain's tables."""
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute(TABLES)
    yield connection
    await connection.close()


@pytest.fixture
async def host(database: TestDatabase, owner: asyncpg.Connection) -> AsyncIterator[Host]:
    """A process that writes, and knows of no replica."""
    assert not owner.is_closed()
    async with open_host(
        database.config, database.modules, database.urls, SECRET, workers=True
    ) as found:
        found.get(Upcasters).declare(ThingChanged)
        yield found


@asynccontextmanager
async def opened(
    database: TestDatabase, replica_url: str | None, environ: Mapping[str, str] = PATIENTLY
) -> AsyncIterator[Host]:
    """A process that may read the replica; nothing runs in it."""
    config = load({"SECRET_KEY": SECRET, **environ}, database.modules)
    urls = msgspec.structs.replace(database.urls, replica=replica_url)
    async with open_host(config, database.modules, urls, SECRET, workers=True) as found:
        found.get(Upcasters).declare(ThingChanged)
        yield found


@asynccontextmanager
async def working(
    database: TestDatabase,
    replica_url: str | None,
    *consumers: Consumer,
    environ: Mapping[str, str] = QUICKLY,
    follows: bool = True,
) -> AsyncIterator[Host]:
    """A process that sequences and applies, by these consumers or the installed projections.

    With `follows`, it knows from the beginning that the replica may be read.
    """
    async with opened(database, replica_url, environ) as host:
        wanted = consumers or index.consumers(host)
        found = Workers(
            workers.sequencer(host),
            [workers.runner(host, consumer) for consumer in wanted],
            [],
            host.get(Membership),
            host.get(StuckGuard),
            replica_parts(host),
        )
        await found.ensure()
        if follows:
            assert replica_url is not None
            await _is_there(replica_url)
            await host.get(Replica).look()
            assert host.get(Replica).state == "following"
        stopping = asyncio.Event()
        running = asyncio.create_task(found.run(stopping))
        try:
            yield host
        finally:
            stopping.set()
            await asyncio.wait_for(running, 20)


async def _is_there(replica_url: str) -> None:
    """Waits until the replica has the database."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while not await _connects(replica_url):  # noqa: ASYNC110  # it sends no event
            await asyncio.sleep(0.05)


async def _connects(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url)
    except asyncpg.PostgresError:
        return False
    await connection.close()
    return True
