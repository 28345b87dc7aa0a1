"""`/graphql`: the schema of all modules, and the endpoint that runs operations on it."""

from collections.abc import Sequence
from importlib.resources import files
from typing import cast
from urllib.parse import parse_qsl

import structlog
from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.types import HTTPScope, Receive, Scope, Send

from rustok import gql
from rustok.core.context import Context
from rustok.core.errors import PayloadTooLarge, RustokError
from rustok.core.graphql.context import GraphContext
from rustok.core.graphql.platform import part as platform_part
from rustok.core.host import Host
from rustok.core.http import PUBLIC
from rustok.core.modules.registry import Modules

_log = structlog.get_logger("rustok.graphql")


def parts(modules: Modules) -> list[gql.Part]:
    """Every module's part of the schema, the platform's first."""
    found = [platform_part()]
    for module in modules:
        if module.schema is None:
            continue
        sdl = (files(module.schema) / "schema.graphql").read_text()
        found.append(gql.Part(name=module.name, sdl=sdl, resolvers=module.part("graphql")))
    return found


def endpoint(host: Host, *, production: bool, max_body_bytes: int) -> ASGIRouteHandler:
    """The handler of `/graphql`; raises SchemaError with everything that is wrong."""
    engine = gql.Engine(gql.compose(parts(host.modules)), on_error=_report, describe=_describe)
    graphql = Endpoint(host, engine, production=production, max_body_bytes=max_body_bytes)

    @asgi("/graphql", opt=PUBLIC, copy_scope=False)
    async def handler(scope: Scope, receive: Receive, send: Send) -> None:
        await graphql(cast("HTTPScope", scope), receive, send)

    return handler


class Endpoint:
    """Plain ASGI, so that a hot query pays for nothing it does not use."""

    def __init__(
        self, host: Host, engine: gql.Engine, *, production: bool, max_body_bytes: int
    ) -> None:
        self._host = host
        self._engine = engine
        self._production = production
        self._max_body = max_body_bytes

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        ctx: Context = scope["rustok_ctx"]  # type: ignore[typeddict-item]  # put there by the edge
        headers = {bytes(key): bytes(value).decode("latin-1") for key, value in scope["headers"]}
        media = gql.negotiate(headers.get(b"accept"))
        caller = self._caller(ctx)
        try:
            body = await self._body(receive)
            operation = gql.parse_request(
                scope["method"],
                headers.get(b"content-type"),
                parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True),
                body,
                caller.limits,
            )
            result = await self._run(operation, ctx, caller)
        except gql.Refused as refused:
            result = gql.Result.refused(refused.problems, malformed=True)
        if media is None:
            result, media = gql.UNACCEPTABLE, gql.JSON
        await _send(send, gql.render(result, media))

    async def _run(
        self, operation: gql.Operation | list[gql.Operation], ctx: Context, caller: gql.Caller
    ) -> gql.Result | list[gql.Result]:
        context = GraphContext(ctx, self._host)
        if isinstance(operation, list):
            return await self._engine.execute_batch(
                operation, context=context, caller=caller, request_id=ctx.request_id
            )
        return await self._engine.execute(
            operation, context=context, caller=caller, request_id=ctx.request_id
        )

    def _caller(self, ctx: Context) -> gql.Caller:
        anonymous = ctx.actor.kind == "anonymous"
        return gql.Caller(
            authenticated=not anonymous,
            allowed=ctx.actor.may,
            limits=gql.STAFF if ctx.actor.permissions else gql.ANONYMOUS,
            disabled=self._host.modules.names - ctx.tenant.modules,
            introspection=not (anonymous and self._production),
        )

    async def _body(self, receive: Receive) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            chunk: bytes = message.get("body", b"")  # type: ignore[assignment]  # a request's message
            size += len(chunk)
            if size > self._max_body:
                raise PayloadTooLarge
            chunks.append(chunk)
            if not message.get("more_body"):
                return b"".join(chunks)


def _describe(error: Exception) -> gql.Problem | None:
    if isinstance(error, RustokError):
        extensions: dict[str, object] = dict(error.extra)
        if error.retry_after is not None:
            extensions["retryAfter"] = error.retry_after
        return gql.Problem(code=error.code, message=error.detail, extensions=extensions)
    return None


def _report(error: Exception, path: Sequence[str | int]) -> None:
    _log.error("resolver_failed", path=".".join(map(str, path)), exc_info=error)


async def _send(send: Send, response: gql.Response) -> None:
    headers = [(k.encode(), v.encode()) for k, v in response.headers.items()]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": False})
