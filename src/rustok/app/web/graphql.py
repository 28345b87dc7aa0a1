"""`/graphql`: the schema of all modules, and the endpoint that runs operations on it."""

from importlib.resources import files
from typing import Any, cast
from urllib.parse import parse_qsl

from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.types import ControllerRouterHandler, HTTPScope, Receive, Scope, Send

from rustok import gql
from rustok.app.edge import asgi as edge
from rustok.app.edge.refusals import result_of
from rustok.app.edge.shortcut import PATH, RAW
from rustok.app.web.door import REFUSALS, Door, essential_mutations
from rustok.app.web.graphiql.page import GraphiQL
from rustok.app.web.hangups import Hangup
from rustok.app.web.operations import Operations
from rustok.app.web.responses.answer import Answer
from rustok.app.web.responses.public import PublicOperations, public_operations
from rustok.app.web.responses.serving import Asked
from rustok.app.web.settings import GraphQLSettings
from rustok.app.web.subscriptions.endpoint import Connection, Subscriptions
from rustok.app.web.watching import OperationWatch
from rustok.core.context import Context
from rustok.core.errors import PayloadTooLarge, broken_off
from rustok.core.graphql.platform import part as platform_part
from rustok.core.host import Host
from rustok.core.http import PUBLIC
from rustok.core.modules.building import loaded
from rustok.core.modules.registry import Modules
from rustok.telemetry.metrics import Metrics
from rustok.telemetry.tracing import tracer

Exchange = tuple[HTTPScope, Receive, Send]


def parts(modules: Modules) -> list[gql.Part]:
    """Every module's part of the schema, the platform's first."""
    found = [platform_part()]
    for module in modules:
        if module.schema is None:
            continue
        sdl = (files(module.schema) / "schema.graphql").read_text()
        found.append(gql.Part(name=module.name, sdl=sdl, resolvers=module.part("graphql")))
    return found


def _mountable(host: Host) -> list[gql.Part]:
    """The parts whose resolvers can be loaded: a failed one takes its dependents' with it."""
    missing: set[str] = set()
    for module in host.modules:
        needs = missing & set(module.requires)
        if needs or (module.graphql is not None and loaded(host, module, "graphql") is None):
            missing.add(module.name)
    return parts(Modules(module for module in host.modules if module.name not in missing))


def routes(host: Host, *, production: bool, max_body_bytes: int) -> list[ControllerRouterHandler]:
    """The endpoint and what its page needs.

    Raises SchemaError with everything that is wrong, BadSettings for an unusable allow-list.
    """
    settings = host.settings(GraphQLSettings)
    mounted = _mountable(host)
    schema = gql.compose(mounted)
    metrics = host.get(Metrics)
    watch = OperationWatch(metrics, settings, tracer("rustok.graphql"))
    door = Door(host, essential_mutations(mounted))
    operations = Operations(host, schema, settings, door, production=production, observer=watch)
    watch.publish_counts(metrics, operations.engine)
    page = GraphiQL()
    shown = settings.graphiql == "always" or not production
    graphql = Endpoint(
        operations,
        public_operations(host, operations, watch, settings),
        None if settings.graphiql == "never" else page,
        page_for_anonymous=shown,
        max_body_bytes=max_body_bytes,
    )
    streams = Subscriptions(host, operations, max_body_bytes=max_body_bytes)
    app = GraphQL(graphql, streams)
    host.provide(GraphQL, app)
    return [_handler(app), page.assets()]


def _handler(app: "GraphQL") -> ASGIRouteHandler:
    @asgi(PATH, opt=PUBLIC, copy_scope=False)
    async def handler(scope: Scope, receive: Receive, send: Send) -> None:
        await app(*cast("Connection", (scope, receive, send)))

    return handler


class GraphQL:
    """Everything at `/graphql`, as an application of its own: the edge calls it past the router."""

    def __init__(self, endpoint: "Endpoint", streams: Subscriptions) -> None:
        self._endpoint = endpoint
        self._streams = streams

    async def __call__(self, scope: edge.Scope, receive: edge.Receive, send: edge.Send) -> None:
        """Handles one connection that has a context; raises RustokError where it has no answer."""
        if not await self._streams.take(scope, receive, send):
            await self._endpoint(*cast("Exchange", (scope, receive, send)))


class Endpoint:
    """Plain ASGI, so that a hot query pays for nothing it does not use."""

    def __init__(
        self,
        operations: Operations,
        public: PublicOperations,
        page: GraphiQL | None,
        *,
        page_for_anonymous: bool,
        max_body_bytes: int,
    ) -> None:
        self._operations = operations
        self._public = public
        self._page = page
        self._page_for_anonymous = page_for_anonymous
        self._max_body = max_body_bytes

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        ctx: Context = scope["rustok_ctx"]  # type: ignore[typeddict-item]  # put there by the edge
        headers = {bytes(key): bytes(value).decode("latin-1") for key, value in scope["headers"]}
        accept = headers.get(b"accept")
        if scope["method"] == "GET" and gql.prefers_html(accept) and self._shows_page(ctx):
            assert self._page is not None
            await _send(send, gql.Response(200, self._page.headers, self._page.body))
            return
        is_get = scope["method"] == "GET"
        body = b"" if is_get else await self._body(receive, headers.get(b"content-length"))
        media = gql.negotiate(accept)
        if media is None:
            await _send(send, gql.render(gql.UNACCEPTABLE, gql.JSON))
            return
        asked = Asked(media, cast("dict[str, Any]", scope).get(RAW))
        async with Hangup(receive) as hangup:
            result = await self._result(scope, headers.get(b"content-type"), body, ctx, asked)
        if hangup.happened:
            return
        if isinstance(result, Answer):
            await result.send(scope, send)
        else:
            await _send(send, gql.render(result, media))

    async def _result(
        self,
        scope: HTTPScope,
        content_type: str | None,
        body: bytes,
        ctx: Context,
        asked: Asked,
    ) -> Answer | gql.Result | list[gql.Result]:
        caller = self._operations.caller(ctx)
        parameters = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        try:
            operation = gql.parse_request(
                scope["method"], content_type, parameters, body, caller.limits
            )
        except gql.Refused as refused:
            return gql.Result.refused(refused.problems, malformed=True)
        try:
            if isinstance(operation, list):
                return await self._operations.run_batch(operation, ctx, caller)
            return await self._public.run(operation, ctx, caller, asked)
        except REFUSALS as error:
            return result_of(error)

    def _shows_page(self, ctx: Context) -> bool:
        if self._page is None:
            return False
        return self._page_for_anonymous or ctx.actor.kind != "anonymous"

    async def _body(self, receive: Receive, length: str | None) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise broken_off()
            chunk: bytes = message.get("body", b"")  # type: ignore[assignment]  # a request's message
            size += len(chunk)
            if size > self._max_body:
                raise PayloadTooLarge
            chunks.append(chunk)
            # a server may say that this was all by one more message, which is not waited for
            if not message.get("more_body") or length == str(size):
                return b"".join(chunks)


async def _send(send: Send, response: gql.Response) -> None:
    headers = [(k.encode(), v.encode()) for k, v in response.headers.items()]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": False})
