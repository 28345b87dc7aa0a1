"""How large a document is, fragments expanded, found in one pass and without a schema."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TokenKind,
)

from rustok.gql.errors import VALIDATION_FAILED, Refused, located

UNCOUNTED: Final = frozenset({"edges", "node", "nodes"})
INTROSPECTION: Final = frozenset({"__schema", "__type"})


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """The size of a document: of each figure the largest among its operations and fragments."""

    tokens: int
    depth: int
    aliases: int
    root_fields: int
    directives: int
    repeats: int
    introspects: bool


class _Size(msgspec.Struct):
    """The size of one selection set, everything inside included.

    `names` counts its response names, `inner` has the repeats inside each of them.
    """

    depth: int = 0
    aliases: int = 0
    introspects: bool = False
    repeats: int = 0
    names: Counter[str] = msgspec.field(default_factory=Counter)
    inner: dict[str, int] = msgspec.field(default_factory=dict)


def measure(document: DocumentNode) -> Shape:
    """Measure a document; every fragment is looked at once, however often it is spread.

    Raises Refused for fragments that spread each other in a circle.
    """
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    sizes: dict[str, _Size] = {}
    for name in _innermost_first(fragments):
        sizes[name] = _size(fragments[name].selection_set, sizes)
        if fragments[name].type_condition.name.value.startswith("__"):
            sizes[name].depth = 0
    operations = [
        _size(node.selection_set, sizes)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    everything = [*operations, *sizes.values()]
    tokens, directives = _tokens(document)
    return Shape(
        tokens=tokens,
        directives=directives,
        depth=max((size.depth for size in everything), default=0),
        aliases=max((size.aliases for size in everything), default=0),
        repeats=max((size.repeats for size in everything), default=0),
        introspects=any(size.introspects for size in everything),
        root_fields=max((size.names.total() for size in operations), default=0),
    )


def _size(selections: SelectionSetNode, fragments: Mapping[str, _Size]) -> _Size:
    size = _Size()
    for node in selections.selections:
        if isinstance(node, FieldNode):
            _add_field(size, node, fragments)
        elif isinstance(node, FragmentSpreadNode):
            _add(size, fragments.get(node.name.value, _Size()))
        elif isinstance(node, InlineFragmentNode):
            _add(size, _size(node.selection_set, fragments))
    # Equal names are merged, and what is inside them meets there: so the counts multiply.
    size.repeats = max((n * size.inner[name] for name, n in size.names.items()), default=0)
    return size


def _add(size: _Size, other: _Size) -> None:
    size.depth = max(size.depth, other.depth)
    size.aliases += other.aliases
    size.introspects |= other.introspects
    size.names.update(other.names)
    for name, repeats in other.inner.items():
        size.inner[name] = max(size.inner.get(name, 1), repeats)


def _add_field(size: _Size, node: FieldNode, fragments: Mapping[str, _Size]) -> None:
    name = node.name.value
    response_name = node.alias.value if node.alias else name
    size.names[response_name] += 1
    size.aliases += node.alias is not None
    inner = _size(node.selection_set, fragments) if node.selection_set else _Size()
    size.aliases += inner.aliases
    size.inner[response_name] = max(size.inner.get(response_name, 1), inner.repeats)
    size.introspects |= inner.introspects or name in INTROSPECTION
    if not name.startswith("__"):
        size.depth = max(size.depth, inner.depth + (name not in UNCOUNTED))


def _innermost_first(fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[str]:
    """Yield every fragment after those it spreads, without recursion over fragments."""
    spreads = {name: _spreads(node.selection_set) for name, node in fragments.items()}
    done: set[str] = set()
    for start in fragments:
        path = {start: iter(spreads[start])} if start not in done else {}
        while path:
            name = next(reversed(path))
            following = next((s for s in path[name] if s in fragments and s not in done), None)
            if following is None:
                done.add(name)
                del path[name]
                yield name
            elif following in path:
                message = f'Cannot spread fragment "{following}" within itself.'
                raise Refused(located(VALIDATION_FAILED, message, fragments[following]))
            else:
                path[following] = iter(spreads[following])


def _spreads(selections: SelectionSetNode) -> list[str]:
    names: dict[str, None] = {}
    pending = [selections]
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, FragmentSpreadNode):
                names[node.name.value] = None
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                pending.append(node.selection_set)
    return list(names)


def _tokens(document: DocumentNode) -> tuple[int, int]:
    """How many tokens, and how many of them begin a directive."""
    tokens = directives = 0
    token = document.loc.start_token.next if document.loc else None
    while token is not None and token.kind is not TokenKind.EOF:
        tokens += token.kind is not TokenKind.COMMENT
        directives += token.kind is TokenKind.AT
        token = token.next
    return tokens, directives
