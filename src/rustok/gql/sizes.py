"""How many items a field asks for, read from its arguments."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from graphql import (
    FieldNode,
    GraphQLArgument,
    OperationDefinitionNode,
    Undefined,
    value_from_ast_untyped,
)

from rustok.gql.directives import Weight
from rustok.gql.errors import BAD_USER_INPUT, Refused, located
from rustok.gql.limits import too_complex


class Variables(dict[str, Any]):
    """The values as sent, defaults filled in; notes what was sent for those looked at."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__()
        self._given = given
        self.consulted: dict[str, Any] = {}

    def __bool__(self) -> bool:
        # graphql-core does not look into variables that are false, and so would go unnoticed
        return True

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a variable, or the default."""
        self.consulted[key] = self._given.get(key, Undefined)
        return super().get(key, default)

    @classmethod
    def of(cls, operation: OperationDefinitionNode, given: Mapping[str, Any]) -> "Variables":
        """The variables of an operation; those neither given nor defaulted are left out."""
        values = cls(given)
        for definition in operation.variable_definitions or ():
            name = definition.variable.name.value
            if name in given:
                values[name] = given[name]
            elif definition.default_value is not None:
                values[name] = value_from_ast_untyped(definition.default_value)
        return values


def page_size(
    weight: Weight,
    node: FieldNode,
    arguments: Mapping[str, GraphQLArgument],
    variables: Variables,
    maximum: int,
) -> int:
    """The items asked for, at worst a full page.

    Raises Refused for a negative number and for one above the maximum.
    """
    asked = {
        path: size
        for path in weight.slicing
        if (size := _number(_at(node, path, variables, arguments))) is not None
    }
    if not asked:
        return maximum if weight.size is None else weight.size
    for path, size in asked.items():
        if size < 0:
            message = f"{path} must not be negative."
            raise Refused(located(BAD_USER_INPUT, message, node, argument=path))
    largest = max(asked.values())
    if largest > maximum:
        raise Refused(too_complex("page", largest, maximum))
    return largest


def multiplier(
    node: FieldNode,
    path: str,
    variables: Variables,
    arguments: Mapping[str, GraphQLArgument],
) -> int:
    """The number, or the count of all items in the lists, at a path into the arguments, or 1."""
    value = _at(node, path, variables, arguments)
    if isinstance(value, list):
        return _items(value)
    return max(_number(value) or 1, 1)


def _items(values: list[Any]) -> int:
    """Lists in lists multiply the work, so their items count and not the lists."""
    return sum(_items(one) if isinstance(one, list) else 1 for one in values)


def _number(value: Any) -> int | None:
    """An Int as it will be coerced: JSON's 1e9 is one, though it arrives as a float."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return int(value)


def _at(
    node: FieldNode, path: str, variables: Variables, arguments: Mapping[str, GraphQLArgument]
) -> Any:
    name, *rest = path.split(".")
    value = _given(node, name, variables)
    if value is Undefined:
        value = _default(arguments[name])
    for key in rest:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _default(argument: GraphQLArgument) -> Any:
    declared = argument.ast_node
    if declared is None or declared.default_value is None:
        return None
    return value_from_ast_untyped(declared.default_value)


def _given(node: FieldNode, name: str, variables: Variables) -> Any:
    for argument in node.arguments or ():
        if argument.name.value == name:
            return value_from_ast_untyped(argument.value, variables)
    return Undefined
