"""Wraps hot queries into functions that set the tenant and run the query in one round trip."""

import re
from collections.abc import Iterable
from typing import Any

from rustok.core.db.ddl import RUNTIME, WORKER
from rustok.core.sql.query import Query
from rustok.core.sql.tenancy import SETTING

_NUMBER = re.compile(r"\$(\d+)")


async def create_functions(connection: Any, queries: Iterable[Query[Any]]) -> None:
    """Creates the functions on the owner's connection; their types come from preparing."""
    for query in queries:
        if not query.hot:
            continue
        prepared = await connection.prepare(query.sql)
        inputs = [_type_name(kind) for kind in prepared.get_parameters()]
        outputs = [f'"{a.name}" {_type_name(a.type)}' for a in prepared.get_attributes()]
        await connection.execute(definition(query, inputs, outputs))


def definition(query: Query[Any], inputs: list[str], outputs: list[str]) -> str:
    """The function's DDL: its first argument is the tenant, then come the query's own."""
    text = _NUMBER.sub(lambda match: f"${int(match[1]) + 1}", query.sql)
    arguments = ", ".join(["uuid", *inputs])
    return f"""
        CREATE OR REPLACE FUNCTION {query.function}({arguments})
        RETURNS TABLE ({", ".join(outputs)})
        LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE AS $rustok$
        #variable_conflict use_column
        BEGIN
            PERFORM set_config('{SETTING}', $1::text, true);
            RETURN QUERY {text};
        END
        $rustok$;
        REVOKE ALL ON FUNCTION {query.function}({arguments}) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION {query.function}({arguments}) TO {RUNTIME}, {WORKER};
    """


def _type_name(kind: Any) -> str:
    if kind.name.endswith("[]"):
        return str(kind.name)
    return f"{kind.schema}.{kind.name}"
