"""From results to an HTTP response."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from rustok.gql.encoding import ENCODER
from rustok.gql.errors import METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNAUTHENTICATED, Problem
from rustok.gql.media import GRAPHQL_JSON
from rustok.gql.result import Result

RETRY_AFTER: Final = "retryAfter"
"""The extension of a problem that says in how many seconds to try again."""

UNACCEPTABLE = Result.refused(
    (
        Problem(
            code=NOT_ACCEPTABLE,
            message="Accept application/graphql-response+json or application/json.",
        ),
    )
)


class Response(NamedTuple):
    """What goes over the wire; header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def render(result: Result | Sequence[Result], media_type: str) -> Response:
    """Encode one result or a batch's; the status follows the media type and what went wrong."""
    headers = {
        "content-type": f"{media_type}; charset=utf-8",
        "vary": "accept",
        "cache-control": "no-store",  # by GET too, unless somebody knows better
    }
    if not isinstance(result, Result):
        return Response(200, headers, ENCODER.encode([one.body() for one in result]))
    status = result.status if media_type == GRAPHQL_JSON or result.malformed else 200
    headers |= _headers_of(status, result)
    return Response(status, headers, ENCODER.encode(result.body()))


def _headers_of(status: int, result: Result) -> dict[str, Any]:
    codes = {problem.code for problem in result.errors}
    if status == 405 and METHOD_NOT_ALLOWED in codes:
        return {"allow": "GET, POST"}
    if status == 401 and UNAUTHENTICATED in codes:
        return {"www-authenticate": "Bearer"}
    waits = [wait for p in result.errors if isinstance(wait := p.extensions.get(RETRY_AFTER), int)]
    return {"retry-after": str(max(waits))} if status >= 400 and waits else {}
