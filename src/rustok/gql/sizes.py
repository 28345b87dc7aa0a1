"""How many items a field asks for, read from its arguments."""

from collections.abc import Mapping
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
    """The values as sent, defaults filled in; notes whether anybody looked."""

    consulted = False

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a variable, or the default."""
        self.consulted = True
        return super().get(key, default)

    @classmethod
    def of(cls, operation: OperationDefinitionNode, given: Mapping[str, Any]) -> "Variables":
        """The variables of an operation; those neither given nor defaulted are left out."""
        values = cls()
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
    asked = [
        value
        for name in weight.slicing
        if isinstance(value := _value(node, name, arguments[name], variables), int)
    ]
    if not asked:
        return maximum if weight.size is None else weight.size
    if min(asked) < 0:
        name = weight.slicing[asked.index(min(asked))]
        message = f"{name} must not be negative."
        raise Refused(located(BAD_USER_INPUT, message, node, argument=name))
    if max(asked) > maximum:
        raise Refused(too_complex("page", max(asked), maximum))
    return max(asked)


def multiplier(node: FieldNode, path: str, variables: Variables) -> int:
    """The number, or the length of the list, at a path into the arguments; otherwise 1."""
    name, *rest = path.split(".")
    value = _given(node, name, variables)
    for key in rest:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, list):
        return len(value)
    return max(value, 1) if isinstance(value, int) and not isinstance(value, bool) else 1


def _value(node: FieldNode, name: str, argument: GraphQLArgument, variables: Variables) -> Any:
    value = _given(node, name, variables)
    if value is not Undefined:
        return value
    declared = argument.ast_node
    if declared is None or declared.default_value is None:
        return None
    return value_from_ast_untyped(declared.default_value)


def _given(node: FieldNode, name: str, variables: Variables) -> Any:
    for argument in node.arguments or ():
        if argument.name.value == name:
            return value_from_ast_untyped(argument.value, variables)
    return Undefined
