"""`rustok migrate`, `rebuild`, `openapi`, `schema`."""

import asyncio
import json
from pathlib import Path

import asyncpg
from graphql import build_schema

from rustok.app.migrate.roles import LOGIN_GROUPS, login_role
from rustok.app.migrate.state import is_migrated, left_to_migrate
from rustok.core.db.ddl import WORKER
from rustok.testing.databases import SECRET, TestDatabase
from rustok.testing.live import Finished, environment
from tests.cli.conftest import Command, run_here


async def test_a_database_is_current_until_what_it_needs_changes(database: TestDatabase) -> None:
    owner = await asyncpg.connect(database.owner_url)
    try:
        assert await is_migrated(owner, database.modules, SECRET)
        assert not await is_migrated(owner, database.modules, "another secret key")
        for change in (
            "UPDATE sys_installation SET fingerprint = ''",
            "DROP TABLE sys_installation",
        ):
            await owner.execute(change)
            assert not await is_migrated(owner, database.modules, SECRET)
    finally:
        await owner.close()


async def test_login_roles_that_another_server_lacks_are_made_by_migrating(
    database: TestDatabase, home: Path
) -> None:
    restored = {
        name: value
        for name, value in environment(database, home).items()
        if not name.startswith("RUSTOK_DATABASE__")
    }
    logins = [login_role(database.name, group) for group in LOGIN_GROUPS]

    async def command(*arguments: str) -> Finished:
        return await asyncio.to_thread(run_here, restored, *arguments)

    owner = await asyncpg.connect(database.owner_url)
    try:
        doctored = await command("doctor")
        assert doctored.code == 1
        assert f"FAIL  logins      the server has no login role {', '.join(logins)}" in (
            doctored.output
        )
        refused = await command("tenant", "list")
        assert refused.errors.endswith("[DATABASE_NOT_CURRENT]\n")
        assert logins[0] in refused.errors
        finished = await command("migrate", "--json")
        assert (finished.code, json.loads(finished.output)["changed"]) == (0, True)
        assert (await command("doctor")).code == 0
        assert (await command("tenant", "list")).code == 0
        await owner.execute(f'ALTER ROLE "{logins[0]}" NOLOGIN')
        await owner.execute(f'REVOKE {WORKER} FROM "{logins[1]}"')
        assert f"no login role {', '.join(logins)}" in (await command("doctor")).output
        assert json.loads((await command("migrate", "--json")).output)["changed"]
        left = await left_to_migrate(owner, database.modules, SECRET, LOGIN_GROUPS)
        assert left is None
    finally:
        for login in logins:
            await owner.execute(f'DROP ROLE IF EXISTS "{login}"')
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
