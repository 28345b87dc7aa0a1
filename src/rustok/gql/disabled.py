"""Tells which switched-off parts a document uses, when it would be valid with all of them."""

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    NamedTypeNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    visit,
)

from rustok.gql.declarations import ROOTS
from rustok.gql.errors import MODULE_DISABLED, Problem, located
from rustok.gql.schema import Schema


def uses_of_disabled(schema: Schema, document: DocumentNode) -> tuple[Problem, ...]:
    """A problem for each field or type of the document that the variant does not have."""
    info = TypeInfo(schema.full.core)
    uses = _Uses(schema, info)
    visit(document, TypeInfoVisitor(info, uses))
    return tuple(uses.problems.values()) or (
        Problem(code=MODULE_DISABLED, message="The request needs a module that is switched off."),
    )


class _Uses(Visitor):
    def __init__(self, schema: Schema, info: TypeInfo) -> None:
        super().__init__()
        self.schema = schema
        self.info = info
        self.problems: dict[str, Problem] = {}

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self.info.get_parent_type()
        if parent is None:
            return
        kind = self.schema.core.type_map.get(parent.name)
        # of a type that is gone, what leads to it is told, but nothing leads to a root
        if (kind is not None or parent.name in ROOTS) and not node.name.value.startswith("__"):
            fields = getattr(kind, "fields", {})
            if node.name.value not in fields:
                self.note(f"{parent.name}.{node.name.value}", node)

    def enter_named_type(self, node: NamedTypeNode, *_: Any) -> None:
        if node.name.value not in self.schema.core.type_map:
            self.note(node.name.value, node)

    def note(self, coordinate: str, node: FieldNode | NamedTypeNode) -> None:
        owner = self.schema.full.owners.get(coordinate, "")
        message = f"{coordinate} belongs to the module {owner!r}, which is switched off."
        self.problems.setdefault(coordinate, located(MODULE_DISABLED, message, node, module=owner))
