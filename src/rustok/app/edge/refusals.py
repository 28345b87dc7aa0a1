"""Errors of the edge in the form that callers of `/graphql` read."""

from rustok import gql
from rustok.app.edge.asgi import Scope, Send, answer, header
from rustok.app.edge.shortcut import PATH
from rustok.core.errors import RustokError
from rustok.core.ratelimits import RateLimited


def told_as_operation(scope: Scope, error: RustokError) -> bool:
    """Whether the error is about the operation that the request brings, not about the request."""
    return isinstance(error, RateLimited) and scope["path"].endswith(PATH)


def result_of(error: RustokError) -> gql.Result:
    """What an operation comes to that is refused with all of its request."""
    extensions: dict[str, object] = dict(error.extra)
    if error.retry_after is not None:
        extensions["retryAfter"] = error.retry_after
    problem = gql.Problem(code=error.code, message=error.detail, extensions=extensions)
    return gql.Result.refused((problem,))


async def answer_operation(send: Send, error: RustokError, scope: Scope) -> None:
    """Sends an error as the answer to an operation."""
    media = gql.negotiate(header(scope, b"accept")) or gql.JSON
    response = gql.render(result_of(error), media)
    await answer(send, response.status, response.headers, response.body)
