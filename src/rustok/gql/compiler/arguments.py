"""Arguments: coerced once for a plan where no variable has a say, else once for a request."""

from enum import Enum
from typing import Any

import msgspec
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)
from graphql.execution.values import get_argument_values

_IMMUTABLE = (str, int, float, bool, type(None), bytes, Enum)


class Constant(msgspec.Struct, frozen=True):
    """Arguments that are the same for every request."""

    values: dict[str, Any]


def constant(definition: GraphQLField, node: FieldNode) -> Constant | None:
    """The field's arguments if they depend on nothing and may be shared, else None."""
    if not definition.args:
        return Constant({})
    if _uses_variables(node):
        return None
    try:
        values = get_argument_values(definition, node)
    except GraphQLError:
        return None
    return Constant(values) if shareable(values) else None


def shareable(values: dict[str, Any]) -> bool:
    """Whether no resolver can change a value that another one gets too."""
    return all(isinstance(value, _IMMUTABLE) for value in values.values())


def _uses_variables(node: FieldNode) -> bool:
    return any(_has_variable(argument.value) for argument in node.arguments or ())


def _has_variable(value: ValueNode) -> bool:
    if isinstance(value, VariableNode):
        return True
    if isinstance(value, ListValueNode):
        return any(map(_has_variable, value.values))
    if isinstance(value, ObjectValueNode):
        return any(_has_variable(field.value) for field in value.fields)
    return False
