"""From a text to a document that is valid and fits; what is cheaper to find is looked for first."""

from collections.abc import Iterable
from typing import Final

import msgspec
from graphql import DocumentNode, GraphQLSyntaxError, parse, validate

from rustok.gql.disabled import uses_of_disabled
from rustok.gql.errors import (
    PARSE_FAILED,
    VALIDATION_FAILED,
    Problem,
    Refused,
    from_library,
)
from rustok.gql.estimate import estimated
from rustok.gql.limits import Limits, exceeded, told_cost, too_complex, too_large
from rustok.gql.mistakes import mistakes
from rustok.gql.outline import Contents, Outline, outline, position
from rustok.gql.schema import Schema
from rustok.gql.shape import Circle, Shape, measure
from rustok.gql.validation import relevant_rules

COMPLAINTS: Final = 3
"""Validation ends after so many: each may print a large value, or look for similar names."""

DEEPEST: Final = 100
"""Levels of selections, those that do not count as depth included; the parser ends at some 200."""


class Admitted(msgspec.Struct, frozen=True, eq=False):
    """A valid document, with the figures that it is held against every caller's limits by."""

    node: DocumentNode
    outline: Outline
    shape: Shape

    @property
    def tokens(self) -> int:
        """How many tokens it has."""
        return self.outline.tokens

    def check(self, limits: Limits) -> None:
        """Raise Refused where it is more than these limits allow."""
        _refuse_any((*too_large(self.outline, limits), *exceeded(self.shape, limits)))


def check_length(text: str, limits: Limits) -> None:
    """Raise Refused for a text that is too long to be read at all, or even hashed."""
    if len(text) > limits.characters:
        raise Refused(too_complex("characters", len(text), limits.characters))


def admit(schema: Schema, text: str, limits: Limits, *, suggestions: bool) -> Admitted:
    """Read, measure and validate a document. Raises Refused with what is wrong.

    `suggestions` says whether a complaint may name what the schema has instead.
    """
    check_length(text, limits)
    found = outline(text, lines=limits.lines, tokens=limits.tokens)
    _refuse_any(too_large(found, limits))
    contents, found.contents = found.contents or Contents(), None
    if found.levels > DEEPEST:
        raise Refused(too_complex("depth", found.levels, limits.depth))
    shape = _measured(contents, text)
    _refuse_any(exceeded(shape, limits))
    _refuse_any(mistakes(contents, schema, text, more_than=COMPLAINTS, merged=shape.repeats > 1))
    cost = estimated(schema, contents.definitions, limits.page)
    if cost is not None and cost > limits.cost:
        raise Refused(
            too_complex("cost", cost, limits.cost), extensions=told_cost(cost, limits.cost)
        )
    node = _parsed(text, limits)
    _validate(schema, node, text, limits, suggestions=suggestions)
    return Admitted(node, found, shape)


def _refuse_any(problems: Iterable[Problem]) -> None:
    if found := tuple(problems):
        raise Refused(*found)


def _measured(contents: Contents, text: str) -> Shape:
    try:
        return measure(contents.definitions)
    except Circle as circle:
        place = position(text, circle.fragment.token)
        problem = Problem(code=VALIDATION_FAILED, message=str(circle), locations=(place,))
        raise Refused(problem) from None


def _parsed(text: str, limits: Limits) -> DocumentNode:
    try:
        return parse(
            text,
            max_lexical_tokens=limits.tokens,
            max_comments=limits.tokens,
            allow_empty_selection_sets=False,
        )
    except GraphQLSyntaxError as error:
        raise Refused(*from_library(PARSE_FAILED, [error])) from None


def _validate(
    schema: Schema, node: DocumentNode, text: str, limits: Limits, *, suggestions: bool
) -> None:
    rules = relevant_rules(text)
    most = min(limits.errors, COMPLAINTS)
    errors = validate(schema.core, node, rules, max_errors=most, hide_suggestions=not suggestions)
    if not errors:
        return
    full = schema.full
    if full is not schema and not validate(full.core, node, rules, max_errors=1):
        raise Refused(*uses_of_disabled(schema, node))
    raise Refused(*from_library(VALIDATION_FAILED, errors))
