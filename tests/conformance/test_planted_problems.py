"""The suite sees what it is there to see: each problem is planted once."""

from typing import ClassVar
from uuid import UUID

import asyncpg
import msgspec
import pytest
from litestar import get

from rustok.core.events import Fact
from rustok.core.http import requires
from rustok.core.modules import Module
from rustok.core.modules.registry import Modules, installed
from rustok.core.permissions import Permission
from rustok.core.sql import Query
from rustok.testing.conformance import declarations, fences, queries
from rustok.testing.databases import TestDatabase

FENCE = """
    ALTER TABLE planted ENABLE ROW LEVEL SECURITY;
    ALTER TABLE planted FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant ON planted USING (
        tenant_id = nullif(current_setting('rustok.tenant_id', true), '')::uuid)
"""
TABLE = "CREATE TABLE planted (tenant_id uuid, id uuid, {})"
KEYED = TABLE.format("PRIMARY KEY (tenant_id, id)")


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        (["CREATE TABLE planted (id uuid PRIMARY KEY)"], "no column tenant_id"),
        ([KEYED], "row level security is not forced"),
        ([KEYED], "0 policies for everybody"),
        ([KEYED, f"{FENCE} WITH CHECK (true)"], "does not fence reading and writing"),
        ([KEYED, FENCE, "CREATE POLICY open ON planted USING (true)"], "2 policies"),
        ([KEYED, FENCE, "CREATE POLICY mine ON planted TO pg_monitor USING (true)"], "is for"),
        ([TABLE.format("PRIMARY KEY (id, tenant_id)"), FENCE], "does not begin with tenant_id"),
        (
            [
                "CREATE TABLE other (id uuid PRIMARY KEY)",
                TABLE.format("PRIMARY KEY (tenant_id, id), FOREIGN KEY (id) REFERENCES other"),
            ],
            "to other does not begin with tenant_id",
        ),
    ],
)
async def test_a_hole_in_a_fence_is_seen(
    database: TestDatabase, statements: list[str], problem: str
) -> None:
    connection = await asyncpg.connect(database.owner_url)
    try:
        assert await fences.problems(connection) == []
        for statement in statements:
            await connection.execute(statement)
        found = await fences.problems(connection)
    finally:
        await connection.close()

    assert [line for line in found if problem in line], found


class Pair(msgspec.Struct, frozen=True):
    first: str
    second: int


WRONG_NAMES = Query("SELECT 'x' AS second, 1 AS first", Pair)
WRONG_TYPE = Query("SELECT 1 AS first, 1 AS second", Pair)
WRONG_PARAMETER = Query("SELECT id FROM tenants WHERE slug = :slug", UUID, slug=int)
NO_TABLE = Query("SELECT id FROM nowhere", UUID)


async def test_a_wrong_query_is_seen(database: TestDatabase) -> None:
    module = Module(name="planted", version="1", summary="", repositories=(__name__,))
    connection = await asyncpg.connect(database.owner_url)
    try:
        found = await queries.problems(connection, [module])
    finally:
        await connection.close()

    assert [line.removeprefix(f"{__name__}.").partition(":")[0] for line in found] == [
        "WRONG_NAMES",
        "WRONG_TYPE",
        "WRONG_PARAMETER",
        "NO_TABLE",
    ]


class PlantedCreate(Fact, frozen=True):
    """Neither past nor impersonal."""

    name: ClassVar[str] = "planted.create"
    aggregate: ClassVar[str] = "planted"
    billing_address: str


EVENTS = (PlantedCreate,)
UNDECLARED = Permission("planted:read", "Nobody declares it.")


@get("/api/v1/admin/planted", opt=requires(UNDECLARED))
async def planted() -> None:
    """Needs what nobody can have."""


@get("/api/v1/store/planted")
async def open_to_whom() -> None:
    """Says nothing."""


ROUTES = (planted, open_to_whom)


def test_wrong_declarations_are_seen() -> None:
    module = Module(
        name="planted",
        version="1",
        summary="",
        requires=("nothing",),
        events=f"{__name__}:EVENTS",
        rest=f"{__name__}:ROUTES",
        settings=f"{__name__}:NO_SETTINGS",
    )
    modules = Modules([*installed(), msgspec.structs.replace(module, requires=())])

    assert list(declarations.event_problems(module, modules)) == [
        "planted.create is not of the form noun.past_tense",
        "planted.create.billing_address looks like personal data",
    ]
    assert list(declarations.access_problems(module, modules)) == [
        "GET /api/v1/admin/planted needs planted:read, which no module declares",
        "GET /api/v1/store/planted does not say who may use it",
    ]
    assert [problem.split(",")[0] for problem in declarations.part_problems(module, modules)] == [
        f"settings: module '{__name__}' has no attribute 'NO_SETTINGS'",
        "requires nothing",
    ]
