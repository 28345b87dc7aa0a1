"""Statements that read plain values: loops and dictionaries, and a way out for the unexpected."""

from collections.abc import Sequence
from typing import Any, Final, Protocol

from graphql import (
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    TypeNameMetaFieldDef,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetailsList

from rustok.gql.compiler.leaves import irregular
from rustok.gql.compiler.selection import Field

INDENT: Final = "    "
DEEPEST_LOOP: Final = 8  # CPython nests at most 20 blocks in a function

Lines = list[str]


class Names(Protocol):
    """What statements may call, and names for what they keep."""

    def name(self, label: str) -> str:
        """A name that nothing else has."""

    def bound(self, cls: type) -> str:
        """The name of a class."""

    def coercion(self, kind: GraphQLLeafType, *, nullable: bool) -> str:
        """The name of the function that completes a leaf of this type."""

    def reader(self, kind: GraphQLOutputType, details: FieldDetailsList, label: str) -> str:
        """The name of a function from a plain value to its part of the answer."""

    def selected(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Sequence[Field]:
        """The fields selected from an object."""


class Statements:
    """Statements that check plain values, and the expressions that then stand for them."""

    def __init__(self, names: Names, lines: Lines, indent: str = "", loops: int = 0) -> None:
        self._names = names
        self._lines = lines
        self._indent = indent
        self._loops = loops

    def write(self, *lines: str) -> None:
        """Add lines where these statements stand."""
        self._lines.extend(self._indent + line for line in lines)

    def _inside(self, loops: int = 0) -> "Statements":
        return Statements(self._names, self._lines, self._indent + INDENT, self._loops + loops)

    def fields(
        self, kind: GraphQLObjectType, fields: Sequence[Field], source: str
    ) -> list[tuple[str, str]]:
        """The key and the expression of each field of an object that is not null."""
        classes = {field.reader.bound for field in fields if field.reader is not None}
        bound = classes.pop() if len(classes) == 1 else None
        get = f"{source}."
        if bound is None:
            get = self._names.name("get")
            self.write(
                f"{get} = {source}.get if {source}.__class__ is dict else Attributes({source})"
            )
        else:
            expected = self._names.bound(bound)
            self.write(f"if {source}.__class__ is not {expected}:", f"{INDENT}raise Irregular")
        found = []
        for field in fields:
            if field.definition is TypeNameMetaFieldDef:
                found.append((field.key, repr(kind.name)))
                continue
            reader = field.reader
            assert reader is not None
            if bound is not None:
                value = f"{source}.{reader.attribute}"
            elif reader.attribute == reader.key:
                value = f"{get}({reader.key!r})"
            else:
                value = f"either({source}, {reader.attribute!r}, {reader.key!r})"
            found.append(
                (field.key, self.value(field.definition.type, value, field.key, field.details))
            )
        return found

    def value(
        self,
        kind: GraphQLOutputType,
        value: str,
        label: str,
        details: FieldDetailsList,
        *,
        nullable: bool = True,
    ) -> str:
        """An expression for a value of any plain type."""
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, value, label, details, nullable=False)
        if is_leaf_type(kind) and irregular(kind) is None:
            return f"{self._names.coercion(kind, nullable=nullable)}({value})"
        name = self._named(value, label)
        if is_leaf_type(kind):
            self._leaf(kind, name, nullable=nullable)
            return name
        if nullable:
            self.write(f"if {name} is not None:")
            answer = self._inside().composite(kind, name, label, details)
            self.write(f"{INDENT}{name} = {answer}")
            return name
        return self.composite(kind, name, label, details)

    def _named(self, value: str, label: str) -> str:
        if value.isidentifier():
            return value
        name = self._names.name(label)
        self.write(f"{name} = {value}")
        return name

    def _leaf(self, kind: GraphQLLeafType, name: str, *, nullable: bool) -> None:
        condition = irregular(kind)
        assert condition is not None
        checked = condition.format(v=name)
        if nullable:
            checked = f"{checked} and {name} is not None"
        called = self._names.coercion(kind, nullable=nullable)
        self.write(f"if {checked}:", f"{INDENT}{name} = {called}({name})")

    def composite(
        self, kind: GraphQLOutputType, name: str, label: str, details: FieldDetailsList
    ) -> str:
        """An expression for a list or an object that is not null, named by `name`."""
        if isinstance(kind, GraphQLList):
            return self._list(kind, name, label, details)
        assert isinstance(kind, GraphQLObjectType)
        fields = self._names.selected(kind, details)
        entries = self.fields(kind, fields, name)
        return "{" + ", ".join(f"{key!r}: {value}" for key, value in entries) + "}"

    def _list(
        self, kind: GraphQLList[Any], name: str, label: str, details: FieldDetailsList
    ) -> str:
        if self._loops == DEEPEST_LOOP:
            return f"{self._names.reader(kind, details, label)}({name})"
        items, item = self._names.name(label), self._names.name("item")
        self.write(
            f"{items} = []",
            f"for {item} in {name} if {name}.__class__ is list else listed({name}):",
        )
        inside = self._inside(loops=1)
        answer = inside.value(kind.of_type, item, label, details)
        inside.write(f"{items}.append({answer})")
        return items
