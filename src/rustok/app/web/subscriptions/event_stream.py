"""Server-sent events, as graphql-sse has them: one operation a request ("distinct connections")."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, Final
from urllib.parse import parse_qsl

import structlog

from rustok import gql
from rustok.app.edge.asgi import Message, Receive, Scope, Send, header
from rustok.app.web.subscriptions.hub import Hub
from rustok.app.web.subscriptions.member import Member, Members
from rustok.app.web.subscriptions.origins import is_welcome
from rustok.app.web.subscriptions.settings import SubscriptionSettings
from rustok.core.context import Context
from rustok.core.errors import BadRequest, Forbidden, PayloadTooLarge, RustokError
from rustok.gql.encoding import ENCODER

MEDIA_TYPE: Final = "text/event-stream"
HEADERS: Final = [
    (b"content-type", MEDIA_TYPE.encode()),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
COMMENT: Final = b":\n\n"
COMPLETE: Final = b"event: complete\ndata:\n\n"
_log = structlog.get_logger("rustok.graphql")


def is_wanted(scope: Scope) -> bool:
    """Whether the client accepts an event stream, and no single answer besides."""
    accept = (header(scope, b"accept") or "").lower()
    return MEDIA_TYPE in accept and not any(kind in accept for kind in (gql.JSON, gql.GRAPHQL_JSON))


class EventStreams:
    """Serves event streams at the endpoint."""

    def __init__(
        self, members: Members, hub: Hub, settings: SubscriptionSettings, *, max_body_bytes: int
    ) -> None:
        self._members = members
        self._hub = hub
        self._settings = settings
        self._max_body = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request.

        Raises Forbidden for a foreign page, BadRequest for what is no single operation,
        TooManyConnections, TooManySubscriptions, PayloadTooLarge.
        """
        ctx: Context = scope["rustok_ctx"]
        if not is_welcome(scope, self._settings.origins):
            raise Forbidden("Pages of this origin may not open streams here.")
        if ctx.unit is not None:
            raise BadRequest("A stream cannot be repeated: it takes no Idempotency-Key.")
        member = self._members.of(ctx, header(scope, b"authorization"))
        body = await _body(receive, self._max_body)
        if body is None:
            return
        try:
            operation = _operation(scope, body, member)
        except gql.Refused as refused:
            await _refuse(send, gql.Result.refused(refused.problems, malformed=True))
            return
        stream = _Stream(member, self._settings, send)
        with (
            self._hub.connection(ctx.tenant.id, ctx.address, stream.leave),
            self._hub.operation(ctx.tenant.id),
        ):
            await stream.run(operation, receive)


class _Stream:
    def __init__(self, member: Member, settings: SubscriptionSettings, send: Send) -> None:
        self._member = member
        self._settings = settings
        self._send = send
        self._sending = asyncio.Lock()
        self._leaving = asyncio.Event()

    def leave(self) -> None:
        """The server ends."""
        self._leaving.set()

    async def run(self, operation: gql.Operation, receive: Receive) -> None:
        """Streams until the operation, its token, the client or the server ends."""
        await self._send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        parts = (
            self._answer(operation),
            self._watch(operation),
            self._beat(),
            self._leave(),
            _gone(receive),
        )
        tasks = [asyncio.ensure_future(part) for part in parts]
        try:
            await self._write(COMMENT)
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._member.leave()
        if all(_succeeded(task) for task in done):  # else the client finds it cut off
            ends = (task.result() for task in done)
            await self._write(next(filter(None, ends), b""), more=False)

    async def _leave(self) -> None:
        await self._leaving.wait()

    async def _answer(self, operation: gql.Operation) -> bytes:
        async for answer in _streamed(await self._member.answers(operation)):
            await self._write(_next(answer))
        return COMPLETE

    async def _watch(self, operation: gql.Operation) -> bytes:
        while True:
            await asyncio.sleep(self._settings.check_seconds)
            before = self._member.caller
            try:
                await self._member.verify()
            except RustokError as error:
                problem = gql.Problem(code=error.code, message=error.detail)
                return _next(gql.Result.refused((problem,))) + COMPLETE
            if self._member.caller is not before:
                refusal = self._member.refusal(operation)
                if refusal is not None:
                    return _next(refusal) + COMPLETE

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._settings.heartbeat_seconds)
            await self._write(COMMENT)

    async def _write(self, body: bytes, *, more: bool = True) -> None:
        message: Message = {"type": "http.response.body", "body": body, "more_body": more}
        async with asyncio.timeout(self._settings.send_seconds), self._sending:
            await self._send(message)


async def _streamed(answers: gql.Answers | gql.Result) -> AsyncIterator[gql.Result]:
    if isinstance(answers, gql.Result):
        yield answers
        return
    async with aclosing(answers):
        async for answer in answers:
            yield answer


def _operation(scope: Scope, body: bytes, member: Member) -> gql.Operation:
    parameters = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    asked = gql.parse_request(
        scope["method"], header(scope, b"content-type"), parameters, body, member.caller.limits
    )
    if isinstance(asked, list):
        problem = gql.Problem(code="BAD_REQUEST", message="A batch cannot be streamed.")
        raise gql.Refused(problem)
    return asked


def _next(result: gql.Result) -> bytes:
    return b"event: next\ndata: " + ENCODER.encode(result.body()) + b"\n\n"


async def _refuse(send: Send, result: gql.Result) -> None:
    response = gql.render(result, gql.JSON)
    headers = [(name.encode(), value.encode()) for name, value in response.headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": False})


async def _body(receive: Receive, most: int) -> bytes | None:
    """The whole body; None when the client has gone before its end."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > most:
            raise PayloadTooLarge
        if not message.get("more_body"):
            return bytes(body)


def _succeeded(task: "asyncio.Future[Any]") -> bool:
    error = task.exception()
    if error is not None and not isinstance(error, TimeoutError):
        _log.error("event_stream_failed", exc_info=error)
    return error is None


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
