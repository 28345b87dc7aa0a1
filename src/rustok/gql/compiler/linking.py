"""From emitted source to functions that run, with the branches that only values ask for."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
)
from graphql.execution.collect_fields import FieldDetailsList

from rustok.gql.compiler.completion import Run, runner
from rustok.gql.compiler.emission import Emitter
from rustok.gql.compiler.selection import Field, Selections


class Linker:
    """Compiles what an operation selects; what an abstract type may be, when it turns out."""

    def __init__(self, selections: Selections, filename: str) -> None:
        self._selections = selections
        self._emitter = Emitter(selections)
        self._filename = filename
        self._objects: dict[tuple[str, int], str] = {}
        self._readers: dict[int, str] = {}
        self._compiled = 0

    @property
    def source(self) -> str:
        """Everything generated so far."""
        return self._emitter.source

    def root(self, kind: GraphQLObjectType) -> Run:
        """The function that runs the operation's fields together."""
        name = self._emit(kind, self._selections.root(kind))
        self._link()
        found: Run = self._emitter.namespace[name]
        return found

    def serial(self, kind: GraphQLObjectType) -> tuple[tuple[str, Run], ...]:
        """The functions that run the operation's fields one after the other."""
        fields = self._selections.root(kind)
        for field in fields:
            self._prepare(field)
        self._link()
        return tuple((field.key, runner(field, self)) for field in fields)

    def reader(self, field: Field) -> Callable[[Any], Any]:
        """From a value of the field's type, all of it plain."""
        found: Callable[[Any], Any] = self._emitter.namespace[self._readers[id(field)]]
        return found

    def object(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Run:
        """From an object of the type."""
        key = (kind.name, id(details))
        if key not in self._objects:
            self._objects[key] = self._emit(kind, self._selections.of(kind, details))
            self._link()
        found: Run = self._emitter.namespace[self._objects[key]]
        return found

    def is_plain(self, kind: GraphQLOutputType, details: FieldDetailsList) -> bool:
        """Whether everything selected from a value of the type is read from it."""
        return self._selections.is_plain(kind, details)

    def _emit(self, kind: GraphQLObjectType, fields: Sequence[Field]) -> str:
        for field in fields:
            if not field.plain:
                self._prepare(field)
        return self._emitter.object(kind, fields)

    def _prepare(self, field: Field) -> None:
        kind = field.definition.type
        if self.is_plain(kind, field.details):
            self._readers[id(field)] = self._emitter.reader(kind, field.details, field.key)
            return
        inner = get_named_type(kind)
        if isinstance(inner, GraphQLObjectType):
            key = (inner.name, id(field.details))
            fields = self._selections.of(inner, field.details)
            self._objects[key] = self._emit(inner, fields)

    def _link(self) -> None:
        emitter = self._emitter
        text = "\n\n".join(emitter.functions[self._compiled :])
        self._compiled = len(emitter.functions)
        exec(compile(text, self._filename, "exec"), emitter.namespace)  # noqa: S102 - our own text
        for name, field in emitter.taken():
            emitter.namespace[name] = runner(field, self)
