"""One operation of a document, with what graphql-core needs to collect its fields."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.get_variable_signature import get_variable_signature

CONDITIONS: Final = frozenset({"skip", "include"})
INCREMENTAL: Final = frozenset({"defer", "stream"})
PROPAGATION: Final = "experimental_disableErrorPropagation"


class Request(msgspec.Struct, frozen=True, eq=False):
    """An operation with its fragments; `conditions` are the variables of @skip and @include.

    `unsupported` says why the operation is left to graphql-core, None where it is not; `failures`
    why it cannot be run at all, which only a document that is not valid has.
    """

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    definitions: Mapping[str, FragmentDefinitionNode]
    fragments: Mapping[str, FragmentDetails]
    conditions: tuple[str, ...]
    unsupported: str | None
    failures: tuple[GraphQLError, ...] = ()

    @classmethod
    def of(
        cls,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        definitions: Mapping[str, FragmentDefinitionNode],
    ) -> "Request":
        """Look through the operation once."""
        found = _Directives(definitions)
        found.visit(operation.selection_set)
        unsupported = found.unsupported
        if any(node.name.value == PROPAGATION for node in operation.directives or ()):
            unsupported = PROPAGATION
        failures: list[GraphQLError] = []
        fragments = {name: _fragment(schema, node, failures) for name, node in definitions.items()}
        return cls(
            schema,
            operation,
            definitions,
            fragments,
            tuple(found.conditions),
            unsupported,
            tuple(failures),
        )


def _fragment(
    schema: GraphQLSchema, node: FragmentDefinitionNode, failures: list[GraphQLError]
) -> FragmentDetails:
    if not node.variable_definitions:
        return FragmentDetails(node)
    signatures = {}
    for definition in node.variable_definitions:
        signature = get_variable_signature(schema, definition)
        if isinstance(signature, GraphQLError):
            failures.append(signature)
        else:
            signatures[signature.name] = signature
    return FragmentDetails(node, signatures)


class _Directives:
    """The directives that decide what is selected, wherever the operation's fragments lead."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self.conditions: dict[str, None] = {}
        self.unsupported: str | None = None
        self._seen: set[str] = set()

    def visit(self, selections: SelectionSetNode) -> None:
        """Look through selections, without recursion: nothing here is too deep for this."""
        pending = [selections]
        while pending:
            for node in pending.pop().selections:
                self._conditions_of(node)
                inner = self._selected_by(node)
                if inner is not None:
                    pending.append(inner)

    def _conditions_of(self, node: Any) -> None:
        for name, value in _arguments(node):
            if name in INCREMENTAL:
                self.unsupported = f"@{name}"
            elif isinstance(value, VariableNode):
                self.conditions[value.name.value] = None

    def _selected_by(self, node: Any) -> SelectionSetNode | None:
        if isinstance(node, FieldNode | InlineFragmentNode):
            return node.selection_set
        assert isinstance(node, FragmentSpreadNode)
        name = node.name.value
        fragment = self.fragments.get(name)
        if fragment is None or name in self._seen:
            return None
        self._seen.add(name)
        if fragment.variable_definitions:
            self.unsupported = "variables of fragments"
        return fragment.selection_set


def _arguments(node: Any) -> Iterator[tuple[str, Any]]:
    for directive in node.directives or ():
        name = directive.name.value
        if name in INCREMENTAL:
            yield name, None
        elif name in CONDITIONS:
            for argument in directive.arguments or ():
                yield name, argument.value


def find_operation(
    document: DocumentNode, name: str | None
) -> OperationDefinitionNode | GraphQLError:
    """The operation to run, chosen and refused as graphql-core does."""
    operations = [
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    if name is not None:
        for node in reversed(operations):
            if node.name and node.name.value == name:
                return node
        return GraphQLError(f"Unknown operation named '{name}'.")
    if not operations:
        return GraphQLError("Must provide an operation.")
    if len(operations) > 1:
        return GraphQLError("Must provide operation name if query contains multiple operations.")
    return operations[0]


def definitions_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """The document's fragments by name."""
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
