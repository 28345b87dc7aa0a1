"""Mistakes seen without parsing a document, where there are so many that it is not worth it.

One or two are somebody's slip: graphql-core tells them where it is and what they may have meant.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from rustok.gql.conflicts import conflicts
from rustok.gql.entries import entries
from rustok.gql.errors import VALIDATION_FAILED, Problem
from rustok.gql.outline import LETTERS, Contents, Definition, Node, position
from rustok.gql.schema import Schema

UNKNOWN: Final = "Nothing in the schema is called '{}'."
LONELY: Final = "Variable '${}' is never used, or never defined."
REPEATED: Final = "There can be only one argument or entry named '{}'."
CONFLICTING: Final = "Fields '{}' conflict: give different ones different aliases."
UNUSED: Final = "Fragment '{}' is never used."


def mistakes(
    contents: Contents, schema: Schema, text: str, *, more_than: int, merged: bool
) -> tuple[Problem, ...]:
    """The first of the mistakes of a kind of which there are more than so many, else nothing.

    `merged` says whether selections meet in one place of the answer.
    """
    fields, spreads, inputs = _named(contents.definitions)
    words = schema.full.words
    unknown = (fields | contents.words) - words
    written = {token for tokens in inputs for token in tokens if token[0] in LETTERS}
    if len(written - words) > more_than:
        unknown |= entries(inputs, schema.full.free) - words
    lonely = (name for name, count in contents.variables.items() if count == 1)
    kinds: Sequence[tuple[str, Iterable[str]]] = (
        (UNKNOWN, sorted(unknown)),
        (LONELY, lonely),
        (REPEATED, contents.repeated),
        (CONFLICTING, conflicts(contents.definitions) if merged else ()),
    )
    for message, names in kinds:
        found = list(islice(names, more_than + 1))
        if len(found) > more_than:
            told = list(dict.fromkeys(found))[:more_than]
            return tuple(_problem(message, name) for name in told)
    unused = [one for one in contents.definitions if one.name and one.name not in spreads]
    if len(unused) > more_than:
        return tuple(_unused(one, text) for one in unused[:more_than])
    return ()


def _named(definitions: Iterable[Definition]) -> tuple[set[str], set[str], list[list[str]]]:
    """The fields and types selected from, the fragments that are spread, and all inputs."""
    fields: set[str] = set()
    spreads: set[str] = set()
    inputs: list[list[str]] = []
    pending: list[Sequence[Node]] = []
    for definition in definitions:
        pending.append(definition.selections)
        inputs.append(definition.inputs)
        if definition.type:
            fields.add(definition.type)
    while pending:
        for node in pending.pop():
            if node.key:
                fields.add(node.name)
            elif node.name:
                spreads.add(node.name)
            if node.inputs:
                inputs.append(node.inputs)
            if node.inner:
                pending.append(node.inner)
    return fields, spreads, inputs


def _problem(message: str, name: str) -> Problem:
    return Problem(code=VALIDATION_FAILED, message=message.format(name))


def _unused(fragment: Definition, text: str) -> Problem:
    return Problem(
        code=VALIDATION_FAILED,
        message=UNUSED.format(fragment.name),
        locations=(position(text, fragment.token),),
    )
