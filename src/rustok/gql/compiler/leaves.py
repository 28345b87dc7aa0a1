"""Leaf values: the condition that lets a regular one pass, and the function for the rest."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)

from rustok.gql.compiler.reading import Irregular

IRREGULAR: Final[Mapping[str, tuple[GraphQLLeafType, str]]] = {
    "String": (GraphQLString, "{v}.__class__ is not str"),
    "ID": (GraphQLID, "{v}.__class__ is not str"),
    "Int": (GraphQLInt, "({v}.__class__ is not int or not -2147483648 <= {v} <= 2147483647)"),
    "Boolean": (GraphQLBoolean, "{v}.__class__ is not bool"),
    "Float": (GraphQLFloat, "({v}.__class__ is not float or not isfinite({v}))"),
}


def irregular(kind: GraphQLLeafType) -> str | None:
    """The condition, with `{v}` for the value, under which a value may not be its own output."""
    known = IRREGULAR.get(kind.name)
    if known is None or known[0].coerce_output_value is not kind.coerce_output_value:
        return None
    return known[1]


def coercion(kind: GraphQLLeafType, *, nullable: bool) -> Callable[[Any], Any]:
    """The function from a value to its output. It raises whenever an error is due, or may be."""
    coerce = kind.coerce_output_value
    assert coerce is not None

    def output(value: Any) -> Any:
        if value is None and nullable:
            return None
        if value is None or value is Undefined or callable(value):
            raise Irregular
        if isinstance(value, Exception) or hasattr(value, "__await__"):
            raise Irregular
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            raise Irregular
        return coerced

    return output
