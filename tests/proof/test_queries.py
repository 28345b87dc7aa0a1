"""Every query of every module is prepared on the migrated database and compared with its types."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from rustok.core.sql.discover import queries
from rustok.testing.conformance.queries import fits, problems
from rustok.testing.databases import TestDatabase


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection."""
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close()


async def test_every_query_fits_its_declared_types(
    owner: asyncpg.Connection, database: TestDatabase
) -> None:
    assert len(list(queries(database.modules))) > 100

    assert await problems(owner, database.modules) == []


async def test_a_wrong_declaration_is_seen(owner: asyncpg.Connection) -> None:
    prepared = await owner.prepare("SELECT $1::text AS a, 1 AS b")

    kinds = [attribute.type.name for attribute in prepared.get_attributes()]

    assert [fits(int, kinds[0]), fits(str, kinds[0]), fits(int | None, kinds[1])] == [
        False,
        True,
        True,
    ]
