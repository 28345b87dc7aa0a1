"""Typed query objects, declared as constants in a module's `repository.py`."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any, Generic, TypeVar, get_origin

import msgspec

from rustok.core.sql.placeholders import positional

R = TypeVar("R")
TENANT_PARAMETER = "tenant_id"


class QueryError(Exception):
    """A query was declared or called wrongly: a mistake in the code, never in the data."""


def _row_maker(result: type[R]) -> Callable[[Sequence[Any]], R]:
    if issubclass(get_origin(result) or result, msgspec.Struct):
        return lambda record: result(*record)
    return lambda record: record[0]


class Query(Generic[R]):
    """One statement: SQL text with `:named` parameters and the type of a row of its result.

    `result` is a Struct whose fields equal the columns, in order, or a plain type for a single
    column; `Statement` is for those without rows. Parameters are declared as keywords with their
    Python types. `:tenant_id` is never passed: the session fills it in from its context.
    A `hot` query is wrapped, when the database is migrated, into a function that also sets the
    tenant, so that reading through it takes one round trip under row level security.
    """

    def __init__(self, text: str, result: type[R], /, *, hot: bool = False, **params: Any) -> None:
        self.text = text.strip()
        self.result = result
        self.params: Mapping[str, Any] = params
        self.hot = hot
        self.sql, self.names = positional(self.text)
        self.row = _row_maker(result)
        used = set(self.names) - {TENANT_PARAMETER}
        if TENANT_PARAMETER in params or used != set(params):
            raise QueryError(f"declared {sorted(params)}, used {sorted(used)} in {self.text[:80]}")
        self.fingerprint = hashlib.sha256(self.text.encode()).hexdigest()[:16]
        self.function = f"rustok_hot_{self.fingerprint}"
        numbers = ", ".join(f"${n}" for n in range(1, len(self.names) + 2))
        self.call = f"SELECT * FROM {self.function}({numbers})"  # noqa: S608  # a hash and numbers

    def arguments(self, tenant_id: object, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the placeholders; raises QueryError on wrong names."""
        if values.keys() != self.params.keys():
            raise QueryError(f"given {sorted(values)}, declared {sorted(self.params)}")
        return [tenant_id if name == TENANT_PARAMETER else values[name] for name in self.names]

    def columns(self) -> tuple[str, ...] | None:
        """The columns the result expects, or None where it is a single value or nothing."""
        result: Any = get_origin(self.result) or self.result
        if issubclass(result, msgspec.Struct):
            return tuple(field.name for field in msgspec.structs.fields(result))
        return None

    def __repr__(self) -> str:
        """The beginning of the text, for error messages."""
        return f"Query({' '.join(self.text.split())[:60]!r})"


class Statement(Query[None]):
    """A query that returns no rows."""

    def __init__(self, text: str, /, **params: Any) -> None:
        super().__init__(text, NoneType, **params)
