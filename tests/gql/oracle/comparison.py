"""Compares what two executions answered, in full and in order."""

import json
from typing import Any

from graphql import GraphQLError, GraphQLSchema

from tests.gql.oracle.running import Answer


def difference(schema: GraphQLSchema, expected: Answer, actual: Answer) -> str | None:
    """What is different first: an exception, the data, the errors or the calls; None if nothing.

    Calls of resolvers are compared where no error can have cut them short: in the order in which
    they were made where none is asynchronous, else only which ones they were.
    """
    if expected.raised != actual.raised:
        return "raised"
    if expected.result is None or actual.result is None:
        return None
    if _text(expected.result.data) != _text(actual.result.data):
        return "data"
    if described(expected) != described(actual):
        return "errors"
    if schema.extensions["asynchronous"]:
        whole = not expected.result.errors
        same = sorted(expected.calls) == sorted(actual.calls)
        return None if same or not whole else "calls"
    return None if expected.calls == actual.calls else "calls"


def described(answer: Answer) -> list[str]:
    """The errors of an answer, each with all that a client or a log can see of it."""
    errors = answer.result.errors if answer.result is not None else None
    return [_described(error) for error in errors or ()]


def _described(error: GraphQLError) -> str:
    original = error.original_error
    return _text(
        {
            "message": error.message,
            "locations": [[place.line, place.column] for place in error.locations or ()],
            "path": error.path,
            "extensions": error.extensions,
            "original": None if original is None else [type(original).__name__, str(original)],
        }
    )


def _text(value: Any) -> str:
    return json.dumps(value, default=repr, ensure_ascii=False)
