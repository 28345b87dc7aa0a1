"""Counts what cases turn out to be, so that the comparison cannot become trivial unseen."""

from collections import Counter
from collections.abc import Iterator

from tests.gql.oracle.cases import Case
from tests.gql.oracle.running import Answer

SHARES = {
    "data without errors": 40,
    "data with errors": 8,
    "several errors": 3,
    "null instead of data": 5,
    "variables refused": 2,
    "a null where none may be": 1.5,
    "an error that took its parents with it": 4,
    "awaits": 25,
    "is gated": 12,
    "a mutation": 4,
    "a subscription": 0.5,
    "more than one operation": 10,
    "uses variables": 25,
    "has conditions": 15,
    "a named fragment": 10,
    "an inline fragment": 15,
    "asks for an abstract type": 12,
    "asks for __typename": 20,
    "introspects": 1.5,
    "an empty list": 5,
    "a list in a list": 2,
}
"""At least so many of a hundred cases have to be so."""


class Census:
    """What cases there were, by how many."""

    def __init__(self) -> None:
        self.cases = 0
        self.found: Counter[str] = Counter()

    def add(self, case: Case, answer: Answer) -> None:
        self.cases += 1
        self.found.update({*_of_document(case), *_of_answer(answer)})

    def rare(self) -> dict[str, float]:
        """The kinds of cases that are not as frequent as they should be, in percent."""
        shares = {kind: 100 * self.found[kind] / max(self.cases, 1) for kind in SHARES}
        return {kind: share for kind, share in shares.items() if share < SHARES[kind]}


def _of_document(case: Case) -> Iterator[str]:
    text = case.document.text
    schema = case.schema
    if schema.extensions["asynchronous"]:
        yield "awaits"
        if case.terms.gated:
            yield "is gated"
    if case.operation.root is schema.mutation_type:
        yield "a mutation"
    if case.operation.root is schema.subscription_type:
        yield "a subscription"
    if len(case.document.operations) > 1:
        yield "more than one operation"
    for sign, kind in _SIGNS.items():
        if sign in text:
            yield kind
    if any(f"on {name} " in text for name in schema.type_map if name[0] in "IU"):
        yield "asks for an abstract type"


_SIGNS = {
    "$": "uses variables",
    "(if: ": "has conditions",
    "fragment ": "a named fragment",
    "... ": "an inline fragment",
    "__typename": "asks for __typename",
    "__schema": "introspects",
    "__type(": "introspects",
}


def _of_answer(answer: Answer) -> Iterator[str]:
    result = answer.result
    if result is None:
        return
    errors = result.errors or ()
    if result.data is None:
        yield "null instead of data"
    else:
        yield "data with errors" if errors else "data without errors"
        text = repr(result.data)
        if "[]" in text:
            yield "an empty list"
        if "[[" in text:
            yield "a list in a list"
    if len(errors) > 1:
        yield "several errors"
    for error in errors:
        if error.message.startswith("Variable "):
            yield "variables refused"
        if error.message.startswith("Cannot return null"):
            yield "a null where none may be"
        if error.path and not _reaches(result.data, error.path[:-1]):
            yield "an error that took its parents with it"


def _reaches(data: object, path: list[str | int]) -> bool:
    """Whether a path into the data ends before a null."""
    here: object = data
    for key in path:
        if isinstance(here, dict) and isinstance(key, str):
            here = here.get(key)
        elif isinstance(here, list) and isinstance(key, int) and key < len(here):
            here = here[key]
        else:
            return False
    return here is not None
