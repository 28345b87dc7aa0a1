"""The cost of an operation found without parsing it, where its text alone says it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    OperationType,
    get_named_type,
    value_from_ast_untyped,
)

from rustok.gql.directives import Weight
from rustok.gql.outline import Definition, Node
from rustok.gql.prices import INTROSPECTION_COSTS, Price, is_sized, sized, unsized
from rustok.gql.schema import Schema

_KINDS: Final = {kind.value: kind for kind in OperationType}
_NOTHING: Final = Price()


class _Unsaid(Exception):
    """The price depends on variables or conditions, or what is written is a mistake."""


def estimated(schema: Schema, definitions: Sequence[Definition], page: int) -> int | None:
    """What assessing the only operation of a valid document would say that it costs.

    None where the text does not say, the sizes of pages are out of bounds, or there are several.
    """
    operations = [one for one in definitions if one.name is None]
    if len(operations) != 1:
        return None
    (operation,) = operations
    kind = _KINDS.get(operation.kind)
    root = schema.core.get_root_type(kind) if kind else None
    if root is None:
        return None
    fragments = {one.name: one for one in definitions if one.name is not None}
    try:
        return _Reading(schema, fragments, page).selections(operation.selections, root).once
    except _Unsaid:
        return None


class _Reading:
    def __init__(self, schema: Schema, fragments: Mapping[str, Definition], page: int) -> None:
        self.schema = schema
        self.fragments = fragments
        self.page = page
        self.prices: dict[tuple[str, str], Price] = {}

    def selections(self, selections: Sequence[Node], scope: object) -> Price:
        once = per_item = 0
        for node in selections:
            price = self.selection(node, scope)
            once += price.once
            per_item += price.per_item
        return Price(once, per_item)

    def selection(self, node: Node, scope: object) -> Price:
        if node.directed:
            raise _Unsaid
        if node.key:
            return self.field(node, scope)
        if node.name:
            return self.spread(node.name, scope)
        return self.selections(node.inner or (), self.narrowed(scope, node.on))

    def spread(self, name: str, scope: object) -> Price:
        fragment = self.fragments.get(name)
        if fragment is None:
            raise _Unsaid
        inner = self.narrowed(scope, fragment.type)
        known = self.prices.get((name, str(inner)))
        if known is None:
            known = self.selections(fragment.selections, inner)
            self.prices[(name, str(inner))] = known
        return known

    def narrowed(self, scope: object, condition: str) -> object:
        if not condition or isinstance(scope, GraphQLObjectType):
            return scope
        return self.schema.core.type_map.get(condition)

    def field(self, node: Node, scope: object) -> Price:
        if node.name.startswith("__"):
            return Price(INTROSPECTION_COSTS.get(node.name, 0))
        if not isinstance(scope, GraphQLObjectType | GraphQLInterfaceType):
            raise _Unsaid
        field = scope.fields.get(node.name)
        if field is None:
            raise _Unsaid
        weight = self.schema.weights[(scope.name, node.name)]
        inner = _NOTHING
        if node.inner is not None:
            kind = get_named_type(field.type)
            if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
                raise _Unsaid
            inner = self.selections(node.inner, kind)
        if not is_sized(weight):
            return unsized(weight, inner)
        if any(_given(node, field, path) is not None for path in weight.multipliers):
            raise _Unsaid
        return Price(sized(weight, inner, self.size(weight, node, field)))

    def size(self, weight: Weight, node: Node, field: GraphQLField) -> int:
        given = [_given(node, field, path) for path in weight.slicing]
        asked = [size for size in given if size is not None]
        if not asked:
            return self.page if weight.size is None else weight.size
        if min(asked) < 0 or max(asked) > self.page:
            raise _Unsaid
        return max(asked)


def _given(node: Node, field: GraphQLField, path: str) -> int | None:
    """The whole number of an argument, or its default; None where there is neither."""
    name, *rest = path.split(".")
    if name in node.inputs:
        written = _written(node.inputs, name)
        if rest or not _is_whole(written):
            raise _Unsaid
        return int(written)
    default = _default(field, name)
    if default is None:
        return None
    if rest or default.__class__ is not int:
        raise _Unsaid
    return int(default)


def _written(inputs: Sequence[str], name: str) -> str:
    """The first token of an argument's value, empty where the name may stand for something else."""
    at = inputs.index(name)
    before, after = inputs[:at], inputs[at + 1 : at + 3]
    if inputs.count(name) > 1 or before.count("{") != before.count("}") or len(after) < 2:
        return ""
    return after[1] if after[0] == ":" else ""


def _default(field: GraphQLField, name: str) -> Any:
    argument = field.args.get(name)
    declared = argument.ast_node if argument else None
    if declared is None or declared.default_value is None:
        return None
    return value_from_ast_untyped(declared.default_value)


def _is_whole(token: str) -> bool:
    return len(token) < 10 and token.removeprefix("-").isdecimal() and token.isascii()
