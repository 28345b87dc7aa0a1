"""Makes a failing case smaller while it keeps failing, and tells it so that it can be repeated."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import msgspec
from graphql import (
    REMOVE,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    Visitor,
    is_composite_type,
    parse,
    print_ast,
    print_type,
    validate,
    visit,
)

from tests.gql.oracle.cases import Case
from tests.gql.oracle.comparison import described
from tests.gql.oracle.documents import Document
from tests.gql.oracle.running import Answer
from tests.gql.oracle.worlds import STYLE

Fails = Callable[[Case], bool]

REMOVABLE = {
    "operation_definition",
    "fragment_definition",
    "field",
    "inline_fragment",
    "fragment_spread",
    "directive",
    "argument",
    "variable_definition",
    "object_field",
}
MOST_ATTEMPTS = 2000


def reduced(case: Case, fails: Fails) -> Case:
    """A case that fails as well and of which nothing more can be taken away, or nearly so."""
    attempts = 0
    smaller = True
    while smaller and attempts < MOST_ATTEMPTS:
        smaller = False
        for candidate in _smaller(case):
            attempts += 1
            if fails(candidate):
                case, smaller = candidate, True
                break
            if attempts >= MOST_ATTEMPTS:
                break
    return case


def _smaller(case: Case) -> Iterator[Case]:
    for name in case.variables:
        fewer = {key: value for key, value in case.variables.items() if key != name}
        yield msgspec.structs.replace(case, variables=fewer)
    for node in _without_one(case.document.node):
        parsed = _parsed(print_ast(node))
        if parsed is None:
            continue
        for candidate in (parsed, _swept(parsed)):
            if not validate(case.schema, candidate):
                printed = print_ast(candidate)
                document = Document(printed, parse(printed), case.document.operations)
                yield msgspec.structs.replace(case, document=document)
                break


def _parsed(text: str) -> DocumentNode | None:
    # An empty selection set is printed so, and graphql-core reads it again.
    if "{}" in text:
        return None
    try:
        return parse(text)
    except GraphQLError:
        return None


def _without_one(document: DocumentNode) -> Iterator[DocumentNode]:
    """The document without one of its nodes, and with a fragment's content in its place."""
    for number in count():
        remover = _Remover(number)
        changed = visit(document, remover)
        if not remover.found:
            return
        yield changed


def _swept(document: DocumentNode) -> DocumentNode:
    """The document without the fragments and variables that nothing uses any more."""
    while True:
        text = print_ast(document)
        swept = visit(document, _Sweeper(text))
        if print_ast(swept) == text or not swept.definitions:
            return document
        document = swept


class _Remover(Visitor):
    """Removes the node of a number, counted in the order of the document."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.found = False

    def enter(self, node: Node, *_: Any) -> Any:
        if node.kind not in REMOVABLE:
            return None
        self.number -= 1
        if self.number != -1:
            return None
        self.found = True
        return REMOVE


class _Sweeper(Visitor):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def enter_fragment_definition(self, node: Any, *_: Any) -> Any:
        return None if f"...{node.name.value}" in self.text else REMOVE

    def enter_variable_definition(self, node: Any, *_: Any) -> Any:
        name = node.variable.name.value
        uses = self.text.count(f"${name}") - self.text.count(f"${name}:")
        return None if uses else REMOVE


def report(case: Case, what: str, expected: Answer, actual: Answer) -> str:
    """Everything that is needed to see a difference again."""
    return "\n".join(
        [
            f"Different: {what}",
            "",
            "--- schema (of what the document touches)",
            _sdl(case.schema, case.document.text),
            "",
            "--- document",
            case.document.text.strip(),
            "",
            f"--- operation {case.name!r}, variables",
            repr(case.variables),
            "",
            f"--- world: {case.terms}, awaits: {case.schema.extensions['asynchronous']}",
            "--- graphql-core answers",
            _told(expected),
            "--- ours",
            _told(actual),
        ]
    )


def _sdl(schema: GraphQLSchema, text: str) -> str:
    """The types in question, each field with the way it is resolved."""
    parts = []
    for name, kind in schema.type_map.items():
        if name.startswith("__") or not is_composite_type(kind):
            continue
        fields: dict[str, Any] = getattr(kind, "fields", {})
        printed = print_type(kind)
        styles = {n: f.extensions.get(STYLE) for n, f in fields.items() if n in text}
        if styles or name in text:
            type_of = getattr(kind, "is_type_of", None) or getattr(kind, "resolve_type", None)
            parts.append(f"# {styles} {type_of.__name__ if type_of else ''}\n{printed}")
    return "\n".join(parts)


def _told(answer: Answer) -> str:
    if answer.result is None:
        return f"raised {answer.raised}"
    data = json.dumps(answer.result.data, default=repr, ensure_ascii=False)
    lines = [f"data {data}", *(f"error {line}" for line in described(answer))]
    return "\n".join([*lines, *(f"call {line}" for line in answer.calls)])
