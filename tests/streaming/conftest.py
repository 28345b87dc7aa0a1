"""Fixtures of the streams' tests: the log's small domain, on a host whose clock is the real one."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from rustok.app.bootstrap import open_host
from rustok.core.events.upcasting import Upcasters
from rustok.core.host import Host
from rustok.core.modules.registry import Modules, installed
from rustok.testing.databases import SECRET, TestDatabase
from tests.outbox.probe import TABLES, ThingChanged, ThingSeen

NEEDED = {"tenant", "outbox", "index", "streaming"}


@pytest.fixture(scope="session")
def modules() -> Modules:
    """The outbox, streaming and what they need."""
    return Modules(module for module in installed() if module.name in NEEDED)


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to a database that also has the small domain's tables."""
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute(TABLES)
    yield connection
    await connection.close()


@pytest.fixture
async def host(database: TestDatabase, owner: asyncpg.Connection) -> AsyncIterator[Host]:
    async with open_host(
        database.config, database.modules, database.urls, SECRET, workers=True
    ) as found:
        found.get(Upcasters).declare(ThingChanged, ThingSeen)
        yield found
