"""Fixtures of the log's tests: a database with a small domain, a clock that stands still."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from rustok.app.bootstrap import open_host
from rustok.core.events.upcasting import Upcasters
from rustok.core.host import Host
from rustok.core.modules.registry import Modules, installed
from rustok.testing.databases import SECRET, TestDatabase
from tests.outbox.probe import FILLERS, TABLES, Clock, ThingChanged, ThingSeen


@pytest.fixture(scope="session")
def modules() -> Modules:
    """The outbox and what it needs."""
    return Modules(module for module in installed() if module.name in {"tenant", "outbox"})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to a database that also has the small domain's tables."""
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute(TABLES)
    yield connection
    await connection.close()


@pytest.fixture
async def host(
    database: TestDatabase, owner: asyncpg.Connection, clock: Clock
) -> AsyncIterator[Host]:
    async with open_host(
        database.config, database.modules, database.urls, SECRET, workers=True, clock=clock
    ) as found:
        found.get(Upcasters).declare(ThingChanged, ThingSeen, *FILLERS)
        yield found
