"""Writes the Python source of a plan: a function for every value that is read and not resolved."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from graphql import GraphQLLeafType, GraphQLObjectType, GraphQLOutputType
from graphql.execution.collect_fields import FieldDetailsList

from rustok.gql.compiler.leaves import coercion
from rustok.gql.compiler.reading import Attributes, Irregular, either, listed, readable
from rustok.gql.compiler.selection import Field, Selections
from rustok.gql.compiler.statements import INDENT, Lines, Statements
from rustok.gql.compiler.stored import Stored, excerpt, whole

LINE_BREAK = "\n\n"


class Emitter:
    """Collects functions and the names they use. `namespace` is what the source runs in.

    `source` is what was compiled, for whoever keeps it.
    """

    def __init__(self, selections: Selections, filename: str, *, keeps_source: bool) -> None:
        self.source = ""
        self._selections = selections
        self._filename = filename
        self._keeps_source = keeps_source
        self.namespace: dict[str, Any] = {
            "Attributes": Attributes,
            "Irregular": Irregular,
            "Stored": Stored,
            "either": either,
            "isfinite": isfinite,
            "listed": listed,
            "readable": readable,
            "whole": whole,
        }
        self._functions: list[str] = []
        self._number = 0

    def compile(self) -> None:
        """Compile the functions written since the last time."""
        functions, self._functions = self._functions, []
        if not functions:
            return
        text = LINE_BREAK.join(functions)
        if self._keeps_source:
            self.source = LINE_BREAK.join(filter(None, (self.source, text)))
        code = compile(text, self._filename, "exec", dont_inherit=True)
        exec(code, self.namespace)  # noqa: S102 - the text is our own

    def reader(self, kind: GraphQLOutputType, details: FieldDetailsList, label: str) -> str:
        """A function from a plain value of the type to its part of the answer; its name."""
        name = self.name(f"read_{label}")
        lines: Lines = []
        answer = Statements(self, lines).value(kind, "value", label, details)
        self._define(f"{name}(value)", lines, answer)
        return name

    def group(self, kind: GraphQLObjectType, fields: Sequence[Field]) -> str:
        """A function from an object to some plain fields of it; its name."""
        name = self.name(f"read_{kind.name}")
        lines: Lines = []
        answer = Statements(self, lines).group(kind, fields, "source")
        self._define(f"{name}(source)", lines, answer)
        return name

    def later(self, kind: GraphQLObjectType, fields: Sequence[Field]) -> str:
        """A function from an object to its plain fields, written when it is called first."""
        name = self.name(f"read_{kind.name}")

        def write_and_call(source: Any) -> Any:
            written = self.group(kind, fields)
            self.compile()
            function = self.namespace[name] = self.namespace[written]
            return function(source)

        self.namespace[name] = write_and_call
        return name

    def coercion(self, kind: GraphQLLeafType, *, nullable: bool) -> str:
        """The name of the function that completes a leaf of this type."""
        name = f"{kind.name}_{'or_null' if nullable else 'not_null'}"
        if name not in self.namespace:
            self.namespace[name] = coercion(kind, nullable=nullable)
        return name

    def bound(self, cls: type) -> str:
        """The name of a class."""
        name = cls.__name__
        if self.namespace.setdefault(name, cls) is cls:
            return name
        name = self.name(name)
        self.namespace[name] = cls
        return name

    def excerpt(self, cls: type, fields: Sequence[Field]) -> tuple[str, bool] | None:
        """The name of a function that decodes these fields, and whether they are the answer."""
        found = excerpt(cls, fields, self.selected)
        if found is None:
            return None
        name = self.name(f"{'cut' if found.complete else 'decode'}_{cls.__name__}")
        self.namespace[name] = found.decode
        return name, found.complete

    def selected(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Sequence[Field]:
        """The fields selected from an object."""
        return self._selections.of(kind, details)

    def name(self, label: str) -> str:
        """A name that nothing else has."""
        self._number += 1
        return f"{label}_{self._number}"

    def _define(self, signature: str, lines: Lines, answer: str) -> None:
        body = "".join(f"{INDENT}{line}\n" for line in lines)
        self._functions.append(f"def {signature}:\n{body}{INDENT}return {answer}\n")
