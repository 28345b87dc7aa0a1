"""Which operations have answers that may be kept: those that select only what is kept up to date.

A field that is resolved is live, and so is all that is selected from it, unless it declares
@cacheable; a field that is read is as its parent is.
"""

from collections.abc import Collection, Iterator, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
)

from rustok.gql.compiler import Reader
from rustok.gql.declarations import Declared, selectable
from rustok.gql.directives import Rule, applied

Coordinate = tuple[str, str]

CACHEABLE = "cacheable"
TYPENAME = "__typename"
INTROSPECTION = "__"


def declared(types: Mapping[str, Declared]) -> frozenset[Coordinate]:
    """The fields that declare @cacheable."""
    return frozenset(
        (parent.name, name)
        for parent, name, field in selectable(types)
        if CACHEABLE in applied(field.directives)
    )


def live(
    core: GraphQLSchema, rules: Mapping[Coordinate, Rule], cacheable: Collection[Coordinate]
) -> frozenset[Coordinate]:
    """The fields of objects whose values may be kept by nobody: not public, or not declared."""
    return frozenset(
        (kind.name, name)
        for kind in core.type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith(INTROSPECTION)
        for name, field in kind.fields.items()
        if not _is_kept(kind.name, name, rules, cacheable, read=isinstance(field.resolve, Reader))
    )


def _is_kept(
    kind: str,
    name: str,
    rules: Mapping[Coordinate, Rule],
    cacheable: Collection[Coordinate],
    *,
    read: bool,
) -> bool:
    rule = rules.get((kind, name))
    return rule is not None and rule.public and (read or (kind, name) in cacheable)


def may_be_kept(
    core: GraphQLSchema,
    live: Collection[Coordinate],
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
) -> bool:
    """Whether a valid operation is a query without any live field, whatever its variables."""
    if operation.operation is not OperationType.QUERY:
        return False
    assert core.query_type is not None
    return not any(
        (kind, name) in live or name.startswith(INTROSPECTION)
        for kind, name in _Selected(core, fragments).of(operation.selection_set, core.query_type)
    )


class _Selected:
    """The coordinates that an operation selects on objects, each fragment looked through once."""

    def __init__(
        self, core: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        self._core = core
        self._fragments = fragments
        self._seen: set[Coordinate] = set()

    def of(self, selections: SelectionSetNode, scope: GraphQLCompositeType) -> Iterator[Coordinate]:
        waiting = [(selections, scope)]
        while waiting:
            found, scope = waiting.pop()
            for node in found.selections:
                if isinstance(node, FieldNode):
                    yield from self._coordinates(node, scope)
                    if node.selection_set:
                        waiting.append((node.selection_set, self._returned(node, scope)))
                elif isinstance(node, InlineFragmentNode):
                    condition = node.type_condition
                    inner = self._kind(condition.name.value) if condition else scope
                    waiting.append((node.selection_set, inner))
                elif isinstance(node, FragmentSpreadNode):
                    waiting.extend(self._spread(node.name.value))

    def _spread(self, name: str) -> Iterator[tuple[SelectionSetNode, GraphQLCompositeType]]:
        fragment = self._fragments[name]
        condition = fragment.type_condition.name.value
        if (name, condition) not in self._seen:
            self._seen.add((name, condition))
            yield fragment.selection_set, self._kind(condition)

    def _coordinates(self, node: FieldNode, scope: GraphQLCompositeType) -> Iterator[Coordinate]:
        name = node.name.value
        if name == TYPENAME:
            return
        if isinstance(scope, GraphQLObjectType):
            yield scope.name, name
            return
        for kind in self._core.get_possible_types(scope):
            yield kind.name, name

    def _returned(self, node: FieldNode, scope: GraphQLCompositeType) -> GraphQLCompositeType:
        assert not isinstance(scope, GraphQLUnionType)
        kind = get_named_type(scope.fields[node.name.value].type)
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
        return kind

    def _kind(self, name: str) -> GraphQLCompositeType:
        kind = self._core.type_map[name]
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
        return kind
