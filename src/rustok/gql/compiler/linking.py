"""From what is selected to functions that run it: readers are generated, the rest calls them."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    get_named_type,
)
from graphql.execution.collect_fields import FieldDetailsList

from rustok.gql.compiler.completion import Read, Run, object_of, runner
from rustok.gql.compiler.emission import Emitter
from rustok.gql.compiler.leaves import coercion
from rustok.gql.compiler.selection import Field, Selections, together


class Linker:
    """Compiles what an operation selects; what an abstract type may be, when it turns out."""

    def __init__(
        self, selections: Selections, filename: str, *, keeps_source: bool = False
    ) -> None:
        self._selections = selections
        self._emitter = Emitter(selections, filename, keeps_source=keeps_source)
        self._names: dict[Field, str] = {}
        self._prepared: set[tuple[str, int]] = set()

    @property
    def source(self) -> str:
        """What was generated, for whoever keeps it."""
        return self._emitter.source

    def root(self, kind: GraphQLObjectType) -> Run:
        """The function that runs the operation's fields together."""
        fields = self._selections.root(kind)
        self._prepare_object(kind, fields)
        self._emitter.compile()
        return object_of(fields, self)

    def serial(self, kind: GraphQLObjectType) -> tuple[tuple[str, Run], ...]:
        """The functions that run the operation's fields one after the other."""
        fields = self._selections.root(kind)
        for field in fields:
            self._prepare(field)
        self._emitter.compile()
        return tuple((field.key, runner(field, self)) for field in fields)

    def reader(self, field: Field) -> Read:
        """From a value of the field's type, all of it plain."""
        leaf = _leaf_reader(field.definition.type)
        return leaf or self._generated(field)

    def group(self, fields: Sequence[Field]) -> Callable[[Any], dict[str, Any]]:
        """From an object to these plain fields of it."""
        read: Callable[[Any], dict[str, Any]] = self._generated(fields[0])
        return read

    def object(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Run:
        """From an object of the type."""
        fields = self._selections.of(kind, details)
        if (kind.name, id(details)) not in self._prepared:
            self._prepare_object(kind, fields)
            self._emitter.compile()
        return object_of(fields, self)

    def is_plain(self, kind: GraphQLOutputType, details: FieldDetailsList) -> bool:
        """Whether everything selected from a value of the type is read from it."""
        return self._selections.is_plain(kind, details)

    def _generated(self, field: Field) -> Any:
        return self._emitter.namespace[self._names[field]]

    def _prepare_object(self, kind: GraphQLObjectType, fields: Sequence[Field]) -> None:
        for plain, group in together(fields):
            if plain:
                self._names[group[0]] = self._emitter.group(kind, group)
            else:
                for field in group:
                    self._prepare(field)

    def _prepare(self, field: Field) -> None:
        kind = field.definition.type
        if self.is_plain(kind, field.details):
            if _leaf_reader(kind) is None:
                name = self._emitter.reader(kind, field.details, field.key)
                self._names[field] = name
            return
        inner = get_named_type(kind)
        if isinstance(inner, GraphQLObjectType):
            self._prepared.add((inner.name, id(field.details)))
            self._prepare_object(inner, self._selections.of(inner, field.details))


def _leaf_reader(kind: GraphQLOutputType) -> Read | None:
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(inner, GraphQLScalarType | GraphQLEnumType):
        return coercion(inner, nullable=inner is kind)
    return None
