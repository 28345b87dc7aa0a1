"""Which fields of the root an operation selects, for whoever decides by them before it runs."""

from collections.abc import Iterator

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationType,
    SelectionSetNode,
)

from rustok.gql.engine import Granted


def mutated(granted: Granted) -> Iterator[FieldNode]:
    """The fields of Mutation that the operation selects, skipped ones included."""
    request = granted.prepared.request
    if request.operation.operation is not OperationType.MUTATION:
        return
    waiting: list[SelectionSetNode] = [request.operation.selection_set]
    spread: set[str] = set()
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                waiting.append(request.definitions[node.name.value].selection_set)
