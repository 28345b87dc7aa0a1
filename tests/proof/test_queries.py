"""Every query of every module is prepared on the migrated database and compared with its types."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin
from uuid import UUID

import asyncpg
import msgspec
import pytest

from rustok.app.edge import idempotency_repository
from rustok.core.sql import Query
from rustok.core.sql.discover import queries
from rustok.core.sql.query import TENANT_PARAMETER
from rustok.testing.databases import TestDatabase

PYTHON_TYPES: dict[str, type] = {
    "bool": bool,
    "bytea": bytes,
    "date": date,
    "float4": float,
    "float8": float,
    "int2": int,
    "int4": int,
    "int8": int,
    "json": str,
    "jsonb": str,
    "name": str,
    "numeric": Decimal,
    "oid": int,
    "text": str,
    "timestamptz": datetime,
    "uuid": UUID,
    "varchar": str,
    "void": NoneType,
}


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection."""
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close()


def fits(declared: Any, found: str) -> bool:
    """Whether a declared Python type is what asyncpg makes of a PostgreSQL type."""
    if get_origin(declared) in {Union, UnionType}:
        return any(fits(one, found) for one in get_args(declared) if one is not NoneType)
    if found.endswith("[]"):
        item = get_args(declared)[0] if get_args(declared) else None
        return get_origin(declared) in {list, Sequence} and fits(item, found[:-2])
    if declared is Any:
        return True
    return PYTHON_TYPES.get(found) is declared


def expected_types(query: Query[Any]) -> list[Any]:
    """The declared types of the columns, in order."""
    result = get_origin(query.result) or query.result
    if issubclass(result, msgspec.Struct):
        return [field.type for field in msgspec.structs.fields(result)]
    return [] if result is NoneType else [query.result]


def edge_queries() -> list[tuple[str, Query[Any]]]:
    """The queries of the application's edge, which is no module."""
    found = vars(idempotency_repository).items()
    return [(name, value) for name, value in found if isinstance(value, Query)]


async def test_every_query_fits_its_declared_types(
    owner: asyncpg.Connection, database: TestDatabase
) -> None:
    problems, seen = [], 0
    for name, query in [*queries(database.modules), *edge_queries()]:
        seen += 1
        try:
            prepared = await owner.prepare(query.sql)
        except asyncpg.PostgresError as error:
            problems.append(f"{name}: {error}")
            continue
        attributes = prepared.get_attributes()
        columns = query.columns()
        if columns is not None and tuple(a.name for a in attributes) != columns:
            problems.append(f"{name}: columns {[a.name for a in attributes]}, declared {columns}")
            continue
        declared = expected_types(query)
        problems += [
            f"{name}: column {attribute.name} is {attribute.type.name}, declared {kind}"
            for attribute, kind in zip(attributes, declared, strict=bool(declared))
            if not fits(kind, attribute.type.name)
        ]
        kinds = {**query.params, TENANT_PARAMETER: UUID}
        problems += [
            f"{name}: parameter {parameter} is {kind.name}, declared {kinds[parameter]}"
            for parameter, kind in zip(query.names, prepared.get_parameters(), strict=True)
            if not fits(kinds[parameter], kind.name)
        ]
    assert problems == []
    assert seen > 10


async def test_a_wrong_declaration_is_seen(owner: asyncpg.Connection) -> None:
    prepared = await owner.prepare("SELECT $1::text AS a, 1 AS b")

    kinds = [attribute.type.name for attribute in prepared.get_attributes()]

    assert [fits(int, kinds[0]), fits(str, kinds[0]), fits(int | None, kinds[1])] == [
        False,
        True,
        True,
    ]
