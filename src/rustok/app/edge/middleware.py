"""The one chain every request passes: request id, context, idempotency, security headers."""

import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from rustok.app.edge.asgi import STATUS, App, Message, Receive, Scope, Send, answer_problem, header
from rustok.app.edge.context import Contexts
from rustok.app.edge.idempotency import KEY_HEADER, UNSAFE, Idempotency
from rustok.app.edge.landing import send_landing
from rustok.app.edge.pages import answer_page, wants_page
from rustok.app.edge.refusals import answer_operation, told_as_operation
from rustok.app.edge.shortcut import PATH, Shortcut
from rustok.app.limits.requests import AnyLimits
from rustok.core.errors import NotFound, RustokError
from rustok.core.tenants import TenantDirectory, TenantMissing

_log = structlog.get_logger("rustok.http")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
OUTSIDE: Final = (
    "/health",
    "/metrics",
    "/.well-known/jwks.json",
    "/api/openapi.json",
    "/api/docs",
    "/static/",
)
"""Paths that belong to no tenant."""

SOCKETS: Final = ("/graphql",)
"""Paths that take WebSockets."""
REFUSED: Final = 1008

SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-frame-options", b"DENY"),
]


class Edge:
    """Wraps the application: what reaches it has a verified context in `scope["rustok_ctx"]`.

    `graphql` is the application's part at `/graphql`, which needs no router to be found. `leave`
    asks whoever is connected for longer than a request to go, because the server ends.
    """

    def __init__(
        self,
        app: App,
        contexts: Contexts,
        idempotency: Idempotency,
        listing: TenantDirectory | None,
        *,
        graphql: App,
        leave: Callable[[], Awaitable[None]],
        shortcut: Shortcut | None = None,
        limits: AnyLimits | None = None,
    ) -> None:
        self.leave = leave
        self._app = app
        self._graphql = graphql
        self._contexts = contexts
        self._idempotency = idempotency
        self._listing = listing
        self._shortcut = shortcut
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection."""
        if scope["type"] == "websocket":
            await self._take_socket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["rustok_request_id"] = request_id
        send = self._with_headers(scope, send, request_id)
        try:
            if self._shortcut is not None and scope["path"].endswith(PATH):
                left = await self._shortcut.take(scope, receive, send)
                if left is None:
                    return
                receive = left
            await self._handle(scope, receive, send, request_id)
        except RustokError as error:
            if wants_page(scope):
                await answer_page(send, error, request_id)
            elif told_as_operation(scope, error):
                await answer_operation(send, error, scope)
            else:
                await answer_problem(send, error, scope, request_id)
        except Exception as error:  # noqa: BLE001  # the last place that can still answer
            _log.exception("unhandled", request_id=request_id, error=repr(error))
            await answer_problem(send, RustokError(), scope, request_id)

    async def _handle(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        if scope["path"].startswith(OUTSIDE):
            await self._app(scope, receive, send)
            return
        try:
            ctx = await self._contexts.make(scope, request_id)
        except TenantMissing:
            if self._listing is None or scope["path"] != "/" or scope["method"] != "GET":
                raise
            await send_landing(send, scope, await self._listing.all())
            return
        scope["rustok_ctx"] = ctx
        app = self._graphql if scope["path"] == PATH else self._app
        key = header(scope, KEY_HEADER)
        if key is not None and scope["method"] in UNSAFE:
            await self._idempotency.run(app, scope, receive, send, ctx, key)
            return
        await app(scope, receive, send)

    def _with_headers(self, scope: Scope, send: Send, request_id: str) -> Send:
        extra = [*SECURITY_HEADERS, (b"x-request-id", request_id.encode())]
        limits = self._limits

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                scope[STATUS] = message["status"]
                message["headers"] = [*message.get("headers", ()), *extra]
                if limits is not None:
                    operates = scope["path"].endswith(PATH)
                    message["headers"] += limits.headers(scope, operations=operates)
            await send(message)

        return send_with_headers

    async def _take_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands on a WebSocket with its context; any other gets 403 as its handshake's answer."""
        request_id = _request_id(scope)
        scope["rustok_request_id"] = request_id
        try:
            scope["rustok_ctx"] = await self._contexts.make(scope, request_id)
            if scope["path"] not in SOCKETS:
                raise NotFound
        except RustokError:
            await receive()
            await send({"type": "websocket.close", "code": REFUSED})
            return
        await self._app(scope, receive, send)


def _request_id(scope: Scope) -> str:
    given = header(scope, b"x-request-id")
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    return secrets.token_hex(12)
