"""Fields that cannot be merged, seen without parsing a document and without a schema."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Final

from rustok.gql.outline import Definition, Node

LOOKED_AT: Final = 2_000
"""Selections, fragments expanded, after which the rest is left to graphql-core."""

_Group = list[Node]
_Level = list[tuple[str, Sequence[Node]]]


def conflicts(definitions: Iterable[Definition]) -> Iterator[str]:
    """The key of each field that must be merged with an earlier one and is not the same.

    Each is a conflict to graphql-core; not each of its conflicts is one of these: only selections
    on a type of the same name are compared, and literals that differ but may mean the same are not.
    """
    fragments = {one.name: one for one in definitions if one.name is not None}
    pending: list[_Level] = [[("", one.selections)] for one in definitions if one.name is None]
    left = LOOKED_AT
    while pending and left > 0:
        groups, seen = _merged(pending.pop(), fragments, left)
        left -= seen
        for group in groups:
            first, *others = group
            compared = [_differ(first, other) for other in others]
            yield from repeat(first.key, compared.count(True))
            inner: _Level = [("", node.inner) for node in group if node.inner]
            if inner and all(found is False for found in compared):
                pending.append(inner)


def _merged(
    level: _Level, fragments: Mapping[str, Definition], most: int
) -> tuple[Iterable[_Group], int]:
    """The fields of one place in the answer by type and key, and how many selections were seen."""
    groups: dict[tuple[str, str], _Group] = {}
    spread: set[str] = set()
    seen = 0
    while level and seen <= most:
        scope, selections = level.pop()
        seen += len(selections)
        for node in selections:
            if node.key:
                groups.setdefault((scope, node.key), []).append(node)
            elif not node.name:
                level.append((node.on or scope, node.inner or ()))
            elif node.name not in spread and node.name in fragments:
                spread.add(node.name)
                fragment = fragments[node.name]
                level.append((fragment.type, fragment.selections))
    return groups.values(), seen


def _differ(one: Node, other: Node) -> bool | None:
    """None where they do if two literals mean different things; what is inside is not looked at."""
    if one.name != other.name:
        return True
    if one.inputs == other.inputs or sorted(one.inputs) == sorted(other.inputs):
        return False
    return None if any(map(_ambiguous, (*one.inputs, *other.inputs))) else True


def _ambiguous(token: str) -> bool:
    """Whether other tokens may say the same: an escape for a character, a block's other margin."""
    return token[0] == '"' and ("\\" in token or token.startswith('"""'))
