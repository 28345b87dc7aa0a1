"""Statements that read plain values: loops and dictionaries, and a way out for the unexpected."""

from collections.abc import Sequence
from typing import Any, Final, Protocol

from graphql import (
    GraphQLEnumType,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    TypeNameMetaFieldDef,
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

    def later(self, kind: GraphQLObjectType, fields: Sequence[Field]) -> str:
        """The name of a function from an object to its plain fields."""

    def excerpt(self, cls: type, fields: Sequence[Field]) -> tuple[str, bool] | None:
        """The name of a function that decodes these fields, and whether they are the answer."""

    def selected(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Sequence[Field]:
        """The fields selected from an object."""


class Statements:
    """Statements that check plain values, and the expressions that then stand for them."""

    def __init__(self, names: Names, lines: Lines, indent: str = "", loops: int = 0) -> None:
        self._names = names
        self._lines = lines
        self._indent = indent
        self._loops = loops

    def write(self, line: str) -> None:
        """Add a line where these statements stand."""
        self._lines.append(self._indent + line)

    def _inside(self, loops: int = 0) -> "Statements":
        return Statements(self._names, self._lines, self._indent + INDENT, self._loops + loops)

    def object(self, kind: GraphQLObjectType, fields: Sequence[Field], source: str) -> str:
        """An expression for an object that is not null, of which only these fields are read."""
        reader = next((field.reader for field in fields if field.reader is not None), None)
        if reader is None or reader.bound is None:
            return self._of_any(kind, fields, source)
        if not reader.stored:
            return self._of_class(kind, fields, source, reader.bound)
        return self._of_document(kind, fields, source, reader.bound)

    def group(self, kind: GraphQLObjectType, fields: Sequence[Field], source: str) -> str:
        """The same for some fields of an object whose other fields are resolved."""
        reader = next((field.reader for field in fields if field.reader is not None), None)
        if reader is None or reader.bound is None:
            return self._of_any(kind, fields, source)
        if reader.stored:
            self.write(f"if {source}.__class__ is Stored:")
            self.write(f"{INDENT}{source} = whole({source})")
        return self._of_class(kind, fields, source, reader.bound)

    def _of_any(self, kind: GraphQLObjectType, fields: Sequence[Field], source: str) -> str:
        get = self._names.name("get")
        self.write(f"{get} = {source}.get if {source}.__class__ is dict else Attributes({source})")
        return self._fields(kind, fields, source, get)

    def _of_class(
        self, kind: GraphQLObjectType, fields: Sequence[Field], source: str, bound: type
    ) -> str:
        expected = self._names.bound(bound)
        self.write(f"if {source}.__class__ is not {expected} and not readable({source}):")
        self.write(f"{INDENT}raise Irregular")
        return self._fields(kind, fields, source, "")

    def _of_document(
        self, kind: GraphQLObjectType, fields: Sequence[Field], source: str, bound: type
    ) -> str:
        found = self._names.excerpt(bound, fields)
        if found is None:
            return self.group(kind, fields, source)
        decode, complete = found
        self.write(f"if {source}.__class__ is Stored:")
        self.write(f"{INDENT}{source} = {decode}({source}.stored_json)")
        if not complete:
            return self._of_class(kind, fields, source, bound)
        self.write("else:")
        self.write(f"{INDENT}{source} = {self._names.later(kind, fields)}({source})")
        return source

    def _fields(
        self, kind: GraphQLObjectType, fields: Sequence[Field], source: str, get: str
    ) -> str:
        entries = [f"{field.key!r}: {self._field(kind, field, source, get)}" for field in fields]
        return "{" + ", ".join(entries) + "}"

    def _field(self, kind: GraphQLObjectType, field: Field, source: str, get: str) -> str:
        reader = field.reader
        if reader is None:
            assert field.definition is TypeNameMetaFieldDef
            return repr(kind.name)
        if not get:
            value = f"{source}.{reader.attribute}"
        elif reader.attribute == reader.key:
            value = f"{get}({reader.key!r})"
        else:
            value = f"either({source}, {reader.attribute!r}, {reader.key!r})"
        return self.value(field.definition.type, value, field.key, field.details)

    def value(
        self,
        kind: GraphQLOutputType,
        value: str,
        label: str,
        details: FieldDetailsList,
    ) -> str:
        """An expression for a value of any plain type."""
        nullable = True
        if isinstance(kind, GraphQLNonNull):
            nullable, kind = False, kind.of_type
        name = value
        if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            return self._leaf(kind, value, label, nullable=nullable)
        if not value.isidentifier():
            name = self._names.name(label)
            self.write(f"{name} = {value}")
        if not nullable:
            return self._composite(kind, name, label, details)
        self.write(f"if {name} is not None:")
        inside = self._inside()
        inside.write(f"{name} = {inside._composite(kind, name, label, details)}")  # noqa: SLF001 - its own class
        return name

    def _leaf(self, kind: GraphQLLeafType, value: str, label: str, *, nullable: bool) -> str:
        called = self._names.coercion(kind, nullable=nullable)
        condition = irregular(kind)
        if condition is None:
            return f"{called}({value})"
        name = self._names.name(label)
        checked = condition.replace("{v}", name)
        if nullable:
            checked = f"{checked} and {name} is not None"
        self.write(f"{name} = {value}")
        self.write(f"if {checked}:")
        self.write(f"{INDENT}{name} = {called}({name})")
        return name

    def _composite(
        self, kind: GraphQLOutputType, name: str, label: str, details: FieldDetailsList
    ) -> str:
        if isinstance(kind, GraphQLList):
            return self._list(kind, name, label, details)
        assert isinstance(kind, GraphQLObjectType)
        return self.object(kind, self._names.selected(kind, details), name)

    def _list(
        self, kind: GraphQLList[Any], name: str, label: str, details: FieldDetailsList
    ) -> str:
        if self._loops == DEEPEST_LOOP:
            return f"{self._names.reader(kind, details, label)}({name})"
        items, item = self._names.name(label), self._names.name("item")
        self.write(f"{items} = []")
        self.write(f"for {item} in {name} if {name}.__class__ is list else listed({name}):")
        inside = self._inside(loops=1)
        inside.write(f"{items}.append({inside.value(kind.of_type, item, label, details)})")
        return items
