"""`rustok migrate`, `rebuild`, `openapi`, `schema`."""

import asyncio
import json

import asyncpg
from graphql import build_schema

from rustok.app.migrate.state import is_current
from rustok.testing.databases import SECRET, TestDatabase
from tests.cli.conftest import Command, run_here


async def test_a_database_is_current_until_what_it_needs_changes(database: TestDatabase) -> None:
    owner = await asyncpg.connect(database.owner_url)
    try:
        assert await is_current(owner, database.modules, SECRET)
        assert not await is_current(owner, database.modules, "another secret key")
        for change in (
            "UPDATE sys_installation SET fingerprint = ''",
            "DROP TABLE sys_installation",
        ):
            await owner.execute(change)
            assert not await is_current(owner, database.modules, SECRET)
    finally:
        await owner.close()


async def test_migrating_what_is_current_changes_nothing(command: Command) -> None:
    finished = await command("migrate", "--json")
    assert (finished.code, json.loads(finished.output)["changed"]) == (0, False)


async def test_a_user_who_may_not_migrate_is_told_which_right_is_missing(
    database: TestDatabase,
) -> None:
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("UPDATE sys_installation SET fingerprint = 'older'")
    await owner.close()
    environ = {"DATABASE_URL": database.runtime_url, "SECRET_KEY": SECRET}
    finished = await asyncio.to_thread(run_here, environ, "migrate")
    assert (finished.code, finished.errors[-17:]) == (1, "[MISSING_RIGHTS]\n")
    assert "CREATE" in finished.errors or "ALTER ROLE" in finished.errors


async def test_an_unknown_kind_is_answered_with_the_known_ones(command: Command) -> None:
    finished = await command("rebuild", "nonsense")
    assert (finished.code, finished.errors[-15:]) == (1, "[UNKNOWN_KIND]\n")


async def test_a_kind_is_rebuilt(command: Command) -> None:
    finished = await command("rebuild", "products", "--json")
    assert (finished.code, finished.errors) == (0, "")
    assert json.loads(finished.output) == {"kind": "products", "documents": 0}


def test_the_schema_is_printed_without_a_database() -> None:
    finished = run_here(
        {"DATABASE_URL": "postgresql://localhost:1/none"}, "schema", "--own-modules"
    )
    assert (finished.code, finished.errors) == (0, "")
    assert build_schema(finished.output).query_type is not None


def test_the_openapi_document_is_printed_without_a_database() -> None:
    finished = run_here({}, "openapi", "--own-modules")
    assert (finished.code, finished.errors) == (0, "")
    document = json.loads(finished.output)
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/store/tenant" in document["paths"]
