"""The types that the parts declare, as data: every check and every rule is derived from them."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

import msgspec
from graphql import (
    DefinitionNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
)

from rustok.gql.directives import (
    CostArguments,
    Rule,
    Weight,
    applied,
    declared_cost,
    declared_rule,
)

Owned = tuple[str, DefinitionNode]

SUBSCRIPTION: Final = "Subscription"
ROOTS: Final = ("Query", "Mutation", SUBSCRIPTION)
SLICING: Final = ("first", "last")
OUTPUT_NODES: Final = (
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
)
INPUT_NODES: Final = (InputObjectTypeDefinitionNode, InputObjectTypeExtensionNode)
ENUM_NODES: Final = (EnumTypeDefinitionNode, EnumTypeExtensionNode)
COMPOSITE: Final = ("object_type", "interface_type", "union_type")


class Declared(msgspec.Struct, kw_only=True):
    """One type, its extensions joined in.

    `fields` are those of objects and interfaces, `abstract` an object's interfaces, `members` a
    union's types.
    """

    name: str
    kind: str
    owner: str
    directives: dict[str, dict[str, object]] = msgspec.field(default_factory=dict)
    fields: dict[str, FieldDefinitionNode] = msgspec.field(default_factory=dict)
    inputs: dict[str, InputValueDefinitionNode] = msgspec.field(default_factory=dict)
    values: list[str] = msgspec.field(default_factory=list)
    owners: dict[str, str] = msgspec.field(default_factory=dict)
    abstract: set[str] = msgspec.field(default_factory=set)
    members: list[str] = msgspec.field(default_factory=list)

    def rule(self, field_name: str) -> Rule | None:
        """The field's own rule or, except on a root type, the one of its type."""
        own = declared_rule(applied(self.fields[field_name].directives))
        if own is None and self.name not in ROOTS:
            return declared_rule(self.directives)
        return own


def declare(definitions: Iterable[Owned]) -> dict[str, Declared]:
    """Join the definitions and extensions of each type; an extension of nothing is left out."""
    owned = list(definitions)
    types: dict[str, Declared] = {}
    for owner, node in owned:
        if isinstance(node, TypeDefinitionNode) and node.name.value not in types:
            kind = node.kind.removesuffix("_definition")
            types[node.name.value] = Declared(name=node.name.value, kind=kind, owner=owner)
    for owner, node in owned:
        if isinstance(node, TypeDefinitionNode | TypeExtensionNode):
            declared = types.get(node.name.value)
            if declared is not None:
                _join(declared, owner, node)
    return types


def _join(declared: Declared, owner: str, node: TypeDefinitionNode | TypeExtensionNode) -> None:
    declared.directives.update(applied(node.directives))
    if isinstance(node, OUTPUT_NODES):
        declared.abstract.update(interface.name.value for interface in node.interfaces or ())
        for field in node.fields or ():
            declared.fields.setdefault(field.name.value, field)
            declared.owners.setdefault(field.name.value, owner)
    elif isinstance(node, INPUT_NODES):
        for value in node.fields or ():
            declared.inputs.setdefault(value.name.value, value)
            declared.owners.setdefault(value.name.value, owner)
    elif isinstance(node, ENUM_NODES):
        declared.values.extend(value.name.value for value in node.values or ())
    elif isinstance(node, UnionTypeDefinitionNode | UnionTypeExtensionNode):
        declared.members.extend(member.name.value for member in node.types or ())


def named(node: TypeNode) -> str:
    """The name inside all lists and non-nulls."""
    while isinstance(node, ListTypeNode | NonNullTypeNode):
        node = node.type
    assert isinstance(node, NamedTypeNode)
    return node.name.value


def is_list(node: TypeNode) -> bool:
    """Whether the type is a list, nullable or not."""
    return isinstance(node.type if isinstance(node, NonNullTypeNode) else node, ListTypeNode)


def is_required(node: InputValueDefinitionNode) -> bool:
    """Whether a value must be given: non-null and without a default."""
    return isinstance(node.type, NonNullTypeNode) and node.default_value is None


def is_optional(node: InputValueDefinitionNode) -> bool:
    """Whether nothing need arrive: nullable and without a default."""
    return not isinstance(node.type, NonNullTypeNode) and node.default_value is None


def selectable(
    types: Mapping[str, Declared],
) -> Iterator[tuple[Declared, str, FieldDefinitionNode]]:
    """Every field of every object and interface."""
    for declared in types.values():
        for name, field in declared.fields.items():
            yield declared, name, field


def rules(types: dict[str, Declared]) -> dict[tuple[str, str], Rule]:
    """Who may select which field; fields without a rule are left out."""
    found = ((declared.name, name, declared.rule(name)) for declared, name, _ in selectable(types))
    return {(type_name, name): rule for type_name, name, rule in found if rule is not None}


def owners(types: dict[str, Declared]) -> dict[str, str]:
    """Which part a type (`Product`) and a field (`Product.rating`) come from."""
    fields = (
        (f"{declared.name}.{name}", owner)
        for declared in types.values()
        for name, owner in declared.owners.items()
    )
    return dict(chain(((name, declared.owner) for name, declared in types.items()), fields))


def weights(types: dict[str, Declared]) -> dict[tuple[str, str], Weight]:
    """What each field costs: leaves, pages' wrappers and `node` nothing, everything else 1."""
    edges = {
        named(declared.fields["edges"].type)
        for declared in types.values()
        if _is_connection(declared) and "edges" in declared.fields
    }
    return {
        (declared.name, name): _weight(declared, name, field, types, edges)
        for declared, name, field in selectable(types)
    }


def _weight(
    parent: Declared,
    name: str,
    field: FieldDefinitionNode,
    types: dict[str, Declared],
    edges: set[str],
) -> Weight:
    cost = declared_cost(field)
    returned = types.get(named(field.type))
    itemised = _is_connection(parent) and name in {"edges", "nodes"}
    wraps = itemised or name == "pageInfo" or (name == "node" and parent.name in edges)
    return Weight(
        value=_value(cost, returned, wraps=wraps),
        multipliers=cost.multipliers,
        size=cost.size,
        slicing=cost.slicing
        + tuple(
            argument.name.value
            for argument in field.arguments or ()
            if argument.name.value in SLICING and named(argument.type) == "Int"
        ),
        connection=returned is not None and _is_connection(returned),
        itemised=itemised,
    )


def _value(cost: CostArguments, returned: Declared | None, *, wraps: bool) -> int:
    if cost.value is not None:
        return cost.value
    return int(returned is not None and returned.kind in COMPOSITE and not wraps)


def _is_connection(declared: Declared) -> bool:
    return any(
        name in declared.fields and is_list(declared.fields[name].type)
        for name in ("edges", "nodes")
    ) and ("pageInfo" in declared.fields)
