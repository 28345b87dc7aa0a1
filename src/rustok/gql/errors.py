"""What can go wrong with an operation, and how it is told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from graphql import GraphQLError, Node, ValueNode

PARSE_FAILED: Final = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED: Final = "GRAPHQL_VALIDATION_FAILED"
UNKNOWN_OPERATION: Final = "UNKNOWN_OPERATION"
BAD_USER_INPUT: Final = "BAD_USER_INPUT"
BAD_REQUEST: Final = "BAD_REQUEST"
TOO_COMPLEX: Final = "QUERY_TOO_COMPLEX"
UNAUTHENTICATED: Final = "UNAUTHENTICATED"
FORBIDDEN: Final = "FORBIDDEN"
MODULE_DISABLED: Final = "MODULE_DISABLED"
MODULE_FAILED: Final = "MODULE_FAILED"
MODULE_DEGRADED: Final = "MODULE_DEGRADED"
RATE_LIMITED: Final = "RATE_LIMITED"
BACK_PRESSURE: Final = "BACK_PRESSURE"
STREAM_NEEDED: Final = "SUBSCRIPTION_NEEDS_STREAM"
METHOD_NOT_ALLOWED: Final = "METHOD_NOT_ALLOWED"
UNSUPPORTED_MEDIA_TYPE: Final = "UNSUPPORTED_MEDIA_TYPE"
NOT_ACCEPTABLE: Final = "NOT_ACCEPTABLE"
PAYLOAD_TOO_LARGE: Final = "PAYLOAD_TOO_LARGE"
PERSISTED_QUERY_NOT_FOUND: Final = "PERSISTED_QUERY_NOT_FOUND"
PERSISTED_QUERY_NOT_SUPPORTED: Final = "PERSISTED_QUERY_NOT_SUPPORTED"
PERSISTED_QUERY_MISMATCH: Final = "PERSISTED_QUERY_MISMATCH"
OPERATION_NOT_ALLOWED: Final = "OPERATION_NOT_ALLOWED"
INTERNAL: Final = "INTERNAL"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of `errors`: a stable code, a sentence, and what else a client may want."""

    code: str
    message: str
    extensions: Mapping[str, Any] = {}
    locations: tuple[tuple[int, int], ...] = ()
    path: tuple[str | int, ...] = ()

    def rendered(self) -> dict[str, Any]:
        """The entry as the specification lays it out."""
        entry: dict[str, Any] = {"message": self.message}
        if self.locations:
            entry["locations"] = [{"line": line, "column": col} for line, col in self.locations]
        if self.path:
            entry["path"] = list(self.path)
        entry["extensions"] = {"code": self.code, **self.extensions}
        return entry


class Refused(Exception):
    """The operation does not run, for these reasons; the answer has these `extensions`."""

    def __init__(self, *problems: Problem, extensions: Mapping[str, Any] | None = None) -> None:
        self.problems = problems
        self.extensions = extensions or {}
        super().__init__("; ".join(problem.message for problem in problems))


Describe = Callable[[Exception], Problem | None]
"""Tells what a client may know of a resolver's exception; None when it may know nothing."""

OnError = Callable[[Exception, Sequence[str | int]], None]
"""Takes every exception that clients are told nothing about, with its path in the answer."""


def describe_by_attributes(error: Exception) -> Problem | None:
    """Trust an exception with the texts `code` (UPPER_CASE) and `message`, else tell nothing."""
    code = getattr(error, "code", None)
    message = getattr(error, "message", None)
    if not isinstance(code, str) or not isinstance(message, str) or not code.isupper():
        return None
    extensions = getattr(error, "extensions", None)
    return Problem(
        code=code,
        message=message,
        extensions=extensions if isinstance(extensions, Mapping) else {},
    )


def from_library(code: str, errors: Iterable[GraphQLError]) -> tuple[Problem, ...]:
    """graphql-core's own complaints about a request."""
    return tuple(
        Problem(code=code, message=error.message, locations=_locations(error)) for error in errors
    )


def located(code: str, message: str, node: Node, **extensions: Any) -> Problem:
    """A problem that points at a place in the document."""
    return Problem(
        code=code,
        message=message,
        extensions=extensions,
        locations=_locations(GraphQLError(message, node)),
    )


def from_execution(
    error: GraphQLError, describe: Describe, on_error: OnError, request_id: str | None
) -> Problem:
    """What a field's failure looks like to the client; nothing undescribed leaves the server."""
    path = tuple(error.path or ())
    cause = error.original_error
    told: Problem | None
    if isinstance(cause, Refused):
        told = cause.problems[0]
    elif isinstance(cause, GraphQLError | None) and _blames_a_value(error):
        told = Problem(code=BAD_USER_INPUT, message=error.message)
    else:
        told = describe(cause or error)
    if told is None:
        on_error(cause or error, path)
        extensions = {} if request_id is None else {"requestId": request_id}
        told = Problem(code=INTERNAL, message="Internal error", extensions=extensions)
    return msgspec.structs.replace(told, path=path, locations=_locations(error))


def _blames_a_value(error: GraphQLError) -> bool:
    """An argument failed that validation could not judge, for it came with the variables."""
    return error.nodes is not None and isinstance(error.nodes[0], ValueNode)


def _locations(error: GraphQLError) -> tuple[tuple[int, int], ...]:
    return tuple((place.line, place.column) for place in error.locations or ())
