"""Takes parts out of a set of definitions, and with them whatever cannot stand without them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from graphql import (
    FieldDefinitionNode,
    InputValueDefinitionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
)

from rustok.gql.declarations import INPUT_NODES, OUTPUT_NODES, Owned, named

BUILT_IN = frozenset({"Int", "Float", "String", "Boolean", "ID"})


def without(definitions: Sequence[Owned], off: frozenset[str]) -> list[Owned]:
    """The definitions that are left when the parts named in `off` are gone.

    Fields, arguments' fields, members and interfaces of a type that is gone go too, and so do
    types that lose their last field, until nothing more changes.
    """
    left = [(owner, node) for owner, node in definitions if owner not in off]
    while True:
        known = BUILT_IN | {n.name.value for _, n in left if isinstance(n, TypeDefinitionNode)}
        pruned = [(owner, _trim(node, known)) for owner, node in left]
        empty = _empty(node for _, node in pruned)
        kept = [(owner, node) for owner, node in pruned if _stands(node, known - empty)]
        if kept == left:
            return kept
        left = kept


def _stands(node: object, known: frozenset[str] | set[str]) -> bool:
    if isinstance(node, TypeDefinitionNode | TypeExtensionNode):
        return node.name.value in known
    return True


def _empty(nodes: Iterable[object]) -> set[str]:
    sizes: dict[str, int] = {}
    for node in nodes:
        if isinstance(node, OUTPUT_NODES + INPUT_NODES):
            members: Sequence[object] | None = node.fields
        elif isinstance(node, UnionTypeDefinitionNode | UnionTypeExtensionNode):
            members = node.types
        else:
            continue
        sizes[node.name.value] = sizes.get(node.name.value, 0) + len(members or ())
    return {name for name, size in sizes.items() if size == 0}


def _trim(node: Any, known: frozenset[str] | set[str]) -> Any:
    if isinstance(node, OUTPUT_NODES):
        fields = _kept(node.fields, lambda field: _field_stands(field, known))
        interfaces = _kept(node.interfaces, lambda interface: interface.name.value in known)
        if fields != node.fields or interfaces != node.interfaces:
            return replace(node, fields=fields, interfaces=interfaces)
    elif isinstance(node, INPUT_NODES):
        inputs = _kept(node.fields, lambda value: _value_stands(value, known))
        if inputs != node.fields:
            return replace(node, fields=inputs)
    elif isinstance(node, UnionTypeDefinitionNode | UnionTypeExtensionNode):
        members = _kept(node.types, lambda member: member.name.value in known)
        if members != node.types:
            return replace(node, types=members)
    return node


def _kept(items: Any, keep: Callable[[Any], bool]) -> Any:
    return items if items is None else tuple(item for item in items if keep(item))


def _field_stands(field: FieldDefinitionNode, known: frozenset[str] | set[str]) -> bool:
    return named(field.type) in known and all(
        _value_stands(argument, known) for argument in field.arguments or ()
    )


def _value_stands(value: InputValueDefinitionNode, known: frozenset[str] | set[str]) -> bool:
    return named(value.type) in known
