"""ASGI's shapes, and answers that are made at the edge itself."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from rustok.core.errors import RustokError
from rustok.core.http import problems

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
STATUS = "rustok_status"
"""Where the scope of a request says how it was answered."""


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of the name (lower case), as text."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


async def answer(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    """Sends one whole response."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def answer_problem(send: Send, error: RustokError, scope: Scope, request_id: str) -> None:
    """Sends an error as problem details."""
    body = problems.encode(error, instance=scope["path"], request_id=request_id)
    headers = {"content-type": problems.MEDIA_TYPE, **problems.headers(error)}
    await answer(send, error.status, headers, body)
