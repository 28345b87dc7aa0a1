"""Writes the Python source of a plan: a function for each resolved value, loops inside."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from math import isfinite
from typing import Any

from graphql import GraphQLLeafType, GraphQLObjectType, GraphQLOutputType
from graphql.execution.collect_fields import FieldDetailsList

from rustok.gql.compiler.leaves import coercion
from rustok.gql.compiler.reading import Attributes, Irregular, coroutine, either, listed
from rustok.gql.compiler.selection import Field, Selections
from rustok.gql.compiler.statements import INDENT, Lines, Statements


class Emitter:
    """Collects functions and the names they use. `namespace` is what the source runs in."""

    def __init__(self, selections: Selections) -> None:
        self._selections = selections
        self.namespace: dict[str, Any] = {
            "Attributes": Attributes,
            "Irregular": Irregular,
            "coroutine": coroutine,
            "either": either,
            "isfinite": isfinite,
            "listed": listed,
        }
        self.functions: list[str] = []
        self._resolved: list[tuple[str, Field]] = []
        self._number = 0

    @property
    def source(self) -> str:
        """The functions, callees first."""
        return "\n\n".join(self.functions)

    def taken(self) -> list[tuple[str, Field]]:
        """The resolved fields that the latest functions call, to be bound to their names."""
        resolved, self._resolved = self._resolved, []
        return resolved

    def reader(self, kind: GraphQLOutputType, details: FieldDetailsList, label: str) -> str:
        """A function from a plain value of the type to its part of the answer; its name."""
        name = self.name(f"read_{label}")
        lines: Lines = []
        answer = Statements(self, lines).value(kind, label, label, details)
        self._define(f"{name}({label})", [*lines, f"return {answer}"])
        return name

    def object(self, kind: GraphQLObjectType, fields: Sequence[Field]) -> str:
        """A function from an object to its part of the answer, resolvers called; its name.

        Plain fields that stand together are read at once, and again with care when one of them is
        not as expected.
        """
        name = self.name(f"select_{kind.name}")
        body = ["answer = {}", "waiting = []", "try:"]
        for plain, together in groupby(fields, key=lambda field: field.plain):
            group = tuple(together)
            written = self._read(kind, group) if plain else self._resolve(group)
            body.extend(f"{INDENT}{line}" for line in written)
        if not fields:
            body.append(f"{INDENT}pass")
        body += [
            "except Exception:",
            f"{INDENT}run.leave(answer, waiting)",
            f"{INDENT}raise",
            "return run.join(answer, waiting) if waiting else answer",
        ]
        self._define(f"{name}(run, source, path)", body)
        return name

    def _resolve(self, fields: Iterable[Field]) -> Iterator[str]:
        for field in fields:
            called = self.name(f"resolve_{field.key}")
            self._resolved.append((called, field))
            yield f"value = answer[{field.key!r}] = {called}(run, source, path)"
            yield "if value.__class__ is coroutine:"
            yield f"{INDENT}waiting.append({field.key!r})"

    def _read(self, kind: GraphQLObjectType, fields: tuple[Field, ...]) -> Iterator[str]:
        group = self.keep(f"fields_of_{kind.name}", fields)
        lines: Lines = []
        entries = Statements(self, lines).fields(kind, fields, "source")
        lines.extend(f"answer[{key!r}] = {value}" for key, value in entries)
        yield "try:"
        yield from (f"{INDENT}{line}" for line in lines)
        yield "except Exception:"
        yield f"{INDENT}run.read_again(answer, waiting, {group}, source, path)"

    def coercion(self, kind: GraphQLLeafType, *, nullable: bool) -> str:
        """The name of the function that completes a leaf of this type."""
        name = f"{kind.name}_{'or_null' if nullable else 'not_null'}"
        if name not in self.namespace:
            self.namespace[name] = coercion(kind, nullable=nullable)
        return name

    def bound(self, cls: type) -> str:
        """The name of a class."""
        name = cls.__name__
        known = self.namespace.setdefault(name, cls)
        return name if known is cls else self.keep(name, cls)

    def selected(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Sequence[Field]:
        """The fields selected from an object."""
        return self._selections.of(kind, details)

    def keep(self, label: str, value: Any) -> str:
        """A new name for a value."""
        name = self.name(label)
        self.namespace[name] = value
        return name

    def name(self, label: str) -> str:
        """A name that nothing else has."""
        self._number += 1
        return f"{label}_{self._number}"

    def _define(self, signature: str, body: Lines) -> None:
        text = "\n".join(f"{INDENT}{line}" for line in body)
        self.functions.append(f"def {signature}:\n{text}\n")
