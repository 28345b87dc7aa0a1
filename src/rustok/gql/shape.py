"""How large a document is, fragments expanded, found without parsing it and without a schema."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from rustok.gql.outline import Definition, Node

UNCOUNTED: Final = frozenset({"edges", "node", "nodes"})
INTROSPECTION: Final = frozenset({"__schema", "__type"})


class Circle(Exception):
    """Fragments spread each other in a circle that this one is part of."""

    def __init__(self, fragment: Definition) -> None:
        super().__init__(f'Cannot spread fragment "{fragment.name}" within itself.')
        self.fragment = fragment


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """The size of a document: of each figure the largest among its operations and fragments."""

    depth: int
    aliases: int
    root_fields: int
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


_NOTHING: Final = _Size()


def measure(definitions: Sequence[Definition]) -> Shape:
    """Measure a document; every fragment is looked at once, however often it is spread.

    Raises Circle for fragments that spread each other in one.
    """
    fragments = {one.name: one for one in definitions if one.name is not None}
    sizes: dict[str, _Size] = {}
    for name in _innermost_first(fragments):
        sizes[name] = _size(fragments[name].selections, sizes)
        if fragments[name].type.startswith("__"):
            sizes[name].depth = 0
    operations = [_size(one.selections, sizes) for one in definitions if one.name is None]
    everything = [*operations, *sizes.values()]
    return Shape(
        depth=max((size.depth for size in everything), default=0),
        aliases=max((size.aliases for size in everything), default=0),
        repeats=max((size.repeats for size in everything), default=0),
        introspects=any(size.introspects for size in everything),
        root_fields=max((size.names.total() for size in operations), default=0),
    )


def _size(selections: Sequence[Node], fragments: Mapping[str, _Size]) -> _Size:
    size = _Size()
    for node in selections:
        if node.key:
            _add_field(size, node, fragments)
        elif node.name:
            _add(size, fragments.get(node.name, _NOTHING))
        else:
            _add(size, _size(node.inner or (), fragments))
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


def _add_field(size: _Size, node: Node, fragments: Mapping[str, _Size]) -> None:
    key, name = node.key, node.name
    size.names[key] += 1
    size.aliases += node.aliased
    inner = _NOTHING if node.inner is None else _size(node.inner, fragments)
    size.aliases += inner.aliases
    size.inner[key] = max(size.inner.get(key, 1), inner.repeats)
    if name.startswith("__"):
        size.introspects |= inner.introspects or name in INTROSPECTION
    else:
        size.introspects |= inner.introspects
        size.depth = max(size.depth, inner.depth + (name not in UNCOUNTED))


def _innermost_first(fragments: Mapping[str, Definition]) -> Iterator[str]:
    """Yield every fragment after those it spreads, without recursion over fragments."""
    spreads = {name: _spreads(fragment.selections) for name, fragment in fragments.items()}
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
                raise Circle(fragments[following])
            else:
                path[following] = iter(spreads[following])


def _spreads(selections: Sequence[Node]) -> list[str]:
    names: dict[str, None] = {}
    pending = [selections]
    while pending:
        for node in pending.pop():
            if not node.key and node.name:
                names[node.name] = None
            elif node.inner:
                pending.append(node.inner)
    return list(names)
