"""Every Query constant, prepared on the migrated database and compared with its types."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin
from uuid import UUID

import asyncpg
import msgspec

from rustok.core.modules.manifest import Module
from rustok.core.sql import Query
from rustok.core.sql.discover import queries
from rustok.core.sql.query import TENANT_PARAMETER

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


async def problems(connection: Any, modules: Iterable[Module]) -> list[str]:
    """What is wrong with the queries of the modules; the connection is the owner's."""
    found: list[str] = []
    for name, query in queries(modules):
        try:
            prepared = await connection.prepare(query.sql)
        except asyncpg.PostgresError as error:
            found.append(f"{name}: {error}")
            continue
        found += [f"{name}: {problem}" for problem in _of_query(query, prepared)]
    return found


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


def _of_query(query: Query[Any], prepared: Any) -> Iterator[str]:
    attributes = prepared.get_attributes()
    names, columns = tuple(attribute.name for attribute in attributes), query.columns()
    if columns is not None and names != columns:
        yield f"columns {names}, declared {columns}"
        return
    declared = _result_types(query)
    for attribute, kind in zip(attributes, declared, strict=bool(declared)):
        if not fits(kind, attribute.type.name):
            yield f"column {attribute.name} is {attribute.type.name}, declared {kind}"
    kinds = {**query.params, TENANT_PARAMETER: UUID}
    for parameter, found in zip(query.names, prepared.get_parameters(), strict=True):
        if not fits(kinds[parameter], found.name):
            yield f"parameter {parameter} is {found.name}, declared {kinds[parameter]}"


def _result_types(query: Query[Any]) -> list[Any]:
    result = get_origin(query.result) or query.result
    if issubclass(result, msgspec.Struct):
        return [field.type for field in msgspec.structs.fields(result)]
    return [] if result is NoneType else [query.result]
