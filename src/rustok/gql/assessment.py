"""What an operation with its variables asks for: the fields' rules, the page sizes, the cost."""

from collections.abc import Mapping
from typing import Any

import msgspec
from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Undefined,
    VariableNode,
    get_named_type,
    value_from_ast_untyped,
)

from rustok.gql.directives import Rule, Weight
from rustok.gql.prices import INTROSPECTION_COSTS, Price, is_sized, sized, unsized
from rustok.gql.schema import Schema
from rustok.gql.sizes import Variables, multiplier, page_size

Coordinate = tuple[str, str]


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What must be granted before anything runs.

    `required` are the fields selected that not everyone may select, `possible` those selected
    on an interface whose rule depends on the type that an object turns out to have. It holds for
    every request with this operation that sends the same for the variables `consulted`.
    """

    cost: int
    required: Mapping[Coordinate, tuple[Rule, FieldNode]]
    possible: Mapping[Coordinate, Rule]
    consulted: Mapping[str, Any]

    def holds_for(self, variables: Mapping[str, Any]) -> bool:
        """Whether these variables, as sent, would have led to the same assessment."""
        return all(
            variables.get(name, Undefined) == value for name, value in self.consulted.items()
        )

    @property
    def small(self) -> bool:
        """Whether it is worth keeping: no list or object of a client's is kept with it."""
        return not any(isinstance(value, list | dict) for value in self.consulted.values())


def assess(
    schema: Schema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
    page: int,
) -> Assessment:
    """Walk a valid operation once, honouring @skip and @include.

    `page` is the largest page size. Raises Refused for a negative or too large one.
    """
    values = Variables.of(operation, variables)
    walk = _Walk(schema, fragments, values, page)
    root = schema.core.get_root_type(operation.operation)
    assert root is not None
    price = walk.selections(operation.selection_set, root)
    return Assessment(
        cost=price.once,
        required=walk.required,
        possible=walk.possible,
        consulted=values.consulted,
    )


class _Walk:
    def __init__(
        self,
        schema: Schema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Variables,
        page: int,
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.variables = variables
        self.page = page
        self.required: dict[Coordinate, tuple[Rule, FieldNode]] = {}
        self.possible: dict[Coordinate, Rule] = {}
        self.prices: dict[tuple[str, str], Price] = {}

    def selections(self, selections: SelectionSetNode, scope: GraphQLCompositeType) -> Price:
        once = per_item = 0
        for node in selections.selections:
            if node.directives and self.left_out(node):
                continue
            price = self.selection(node, scope)
            once += price.once
            per_item += price.per_item
        return Price(once, per_item)

    def selection(self, node: SelectionNode, scope: GraphQLCompositeType) -> Price:
        if isinstance(node, FieldNode):
            return self.field(node, scope)
        if isinstance(node, FragmentSpreadNode):
            return self.spread(node.name.value, scope)
        assert isinstance(node, InlineFragmentNode)
        condition = node.type_condition
        inner = self.narrowed(scope, condition.name.value) if condition else scope
        return self.selections(node.selection_set, inner)

    def spread(self, name: str, scope: GraphQLCompositeType) -> Price:
        """A fragment's price on a type, found once however often it is spread there."""
        fragment = self.fragments[name]
        inner = self.narrowed(scope, fragment.type_condition.name.value)
        known = self.prices.get((name, inner.name))
        if known is None:
            known = self.selections(fragment.selection_set, inner)
            self.prices[(name, inner.name)] = known
        return known

    def narrowed(self, scope: GraphQLCompositeType, condition: str) -> GraphQLCompositeType:
        if isinstance(scope, GraphQLObjectType):
            return scope
        kind = self.schema.core.type_map[condition]
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
        return kind

    def field(self, node: FieldNode, scope: GraphQLCompositeType) -> Price:
        name = node.name.value
        if name.startswith("__"):
            return Price(INTROSPECTION_COSTS.get(name, 0))
        assert not isinstance(scope, GraphQLUnionType)
        self.note_rules(node, scope)
        weight = self.schema.weights[(scope.name, name)]
        inner = Price()
        if node.selection_set:
            kind = get_named_type(scope.fields[name].type)
            assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
            inner = self.selections(node.selection_set, kind)
        if not is_sized(weight):
            return unsized(weight, inner)
        return self.sized(weight, node, inner, scope)

    def sized(
        self,
        weight: Weight,
        node: FieldNode,
        inner: Price,
        scope: GraphQLObjectType | GraphQLInterfaceType,
    ) -> Price:
        arguments = scope.fields[node.name.value].args
        size = page_size(weight, node, arguments, self.variables, self.page)
        cost = sized(weight, inner, size)
        for path in weight.multipliers:
            cost *= multiplier(node, path, self.variables, arguments)
        return Price(cost)

    def note_rules(self, node: FieldNode, scope: GraphQLObjectType | GraphQLInterfaceType) -> None:
        name = node.name.value
        rule = self.schema.rules[(scope.name, name)]
        if not rule.public:
            self.required.setdefault((scope.name, name), (rule, node))
        if isinstance(scope, GraphQLInterfaceType):
            for kind in self.schema.core.get_possible_types(scope):
                actual = self.schema.rules[(kind.name, name)]
                if not actual.public and actual != rule:
                    self.possible[(kind.name, name)] = actual

    def left_out(self, node: SelectionNode) -> bool:
        return any(
            self.condition(directive) is (directive.name.value == "skip")
            for directive in node.directives or ()
            if directive.name.value in {"skip", "include"}
        )

    def condition(self, directive: DirectiveNode) -> bool:
        (argument,) = directive.arguments or ()
        value = argument.value
        if isinstance(value, VariableNode):
            return bool(self.variables.get(value.name.value))
        return bool(value_from_ast_untyped(value))
