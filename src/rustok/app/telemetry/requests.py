"""What is known of each request from outside of everything else: its number, time, span, log."""

from collections import Counter
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any, Final

from rustok.app.edge.asgi import App, Message, Receive, Scope, Send, header
from rustok.core.context import Context
from rustok.core.metrics import Histogram, Metrics
from rustok.core.tracing import Tracer
from rustok.telemetry import about

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE: Final = "(none)"
"""For requests that are answered before a route is found, or have none."""
GRAPHQL: Final = "/graphql"
UNTRACED: Final = ("/health", "/metrics")
"""What machines ask for all day long."""
_CLASSES: Final = {0: "none", 1: "1xx", 2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx"}


class RequestWatch:
    """Stands before the whole application; `leave` is what the application leaves by."""

    def __init__(
        self,
        app: App,
        metrics: Metrics,
        tracer: Tracer | None,
        *,
        leave: Callable[[], Awaitable[None]],
        tenants: bool,
    ) -> None:
        self.leave = leave
        self._app = app
        self._tracer = tracer
        self._active = 0
        self._timers: dict[tuple[str, str, int], Histogram] = {}
        self._tenants: Counter[tuple[str, str]] | None = Counter() if tenants else None
        self._seconds = metrics.histogram(
            "rustok_http_request_seconds",
            "How long requests took, by route, method and class of status.",
            labels=("route", "method", "status"),
            buckets=SECONDS,
        )
        metrics.gauge(
            "rustok_http_requests_active",
            "Requests that are being answered.",
            lambda: [((), self._active)],
        )
        if (counted := self._tenants) is not None:
            metrics.count(
                "rustok_tenant_requests_total",
                "Requests of each tenant by class of status, where that is asked for.",
                counted.items,
                labels=("tenant", "status"),
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection; of WebSockets it says what they are about."""
        kind = scope["type"]
        if kind == "http":
            await self._watch(scope, receive, send)
        elif kind == "websocket":
            bound = about.begin(_Request(scope).fields)
            try:
                await self._app(scope, receive, send)
            finally:
                about.end(bound)
        else:
            await self._app(scope, receive, send)

    async def _watch(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = perf_counter()
        request = _Request(scope)
        status = 0
        failed: BaseException | None = None

        async def send_watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        bound = about.begin(request.fields)
        span = None
        if self._tracer is not None and not scope["path"].startswith(UNTRACED):
            known = {"http.request.method": scope["method"], "url.path": scope["path"]}
            span = self._tracer.open(scope["method"], known, caller=header(scope, b"traceparent"))
        self._active += 1
        try:
            await self._app(scope, receive, send_watched)
        except BaseException as error:
            failed = error
            raise
        finally:
            self._active -= 1
            about.end(bound)
            route = _route(scope, status)
            self._count(request, route, status, perf_counter() - began)
            if span is not None:
                name = f"{scope['method']} {route}"
                span.end(name, request.attributes(route, status), failed=failed)

    def _count(self, request: "_Request", route: str, status: int, seconds: float) -> None:
        key = (route, request.scope["method"], status // 100)
        timer = self._timers.get(key)
        if timer is None:
            method = key[1] if key[1] in METHODS else "(other)"
            timer = self._seconds.labels(route, method, _CLASSES.get(key[2], "none"))
            if method == key[1]:  # whoever makes methods up fills nothing
                self._timers[key] = timer
        timer.observe(seconds)
        if self._tenants is not None:
            self._tenants[request.tenant, _CLASSES.get(key[2], "none")] += 1


class _Request:
    """What a request is about, as far as it is known at the moment."""

    __slots__ = ("scope",)

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    @property
    def tenant(self) -> str:
        ctx: Context | None = self.scope.get("rustok_ctx")
        return "" if ctx is None else str(ctx.tenant.id)

    def fields(self) -> dict[str, object]:
        found: dict[str, object] = {"request_id": self.scope.get("rustok_request_id", "")}
        if tenant := self.tenant:
            found["tenant"] = tenant
        return found

    def attributes(self, route: str, status: int) -> dict[str, Any]:
        return {
            "http.route": route,
            "http.response.status_code": status,
            "rustok.request_id": self.scope.get("rustok_request_id", ""),
            "rustok.tenant": self.tenant,
        }


def _route(scope: Scope, status: int) -> str:
    """The template of the path; one that was not found has none."""
    template: str = scope.get("path_template", "")
    if template:
        return template
    if scope["path"].endswith(GRAPHQL) and status != 404:
        return GRAPHQL  # answered before routes are looked for
    return NO_ROUTE
