"""What is known of each request from outside of everything else: its number, time, span, log."""

from collections import Counter
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Final, TypeAlias

from rustok.app.edge.asgi import STATUS, App, Receive, Scope, Send, header
from rustok.core.context import Context
from rustok.core.metrics import Distribution, Metrics
from rustok.core.tracing import Attributes, OpenSpan, Shape, Tracer
from rustok.telemetry import about

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE: Final = "(none)"
"""For requests that are answered before a route is found, or have none."""
GRAPHQL: Final = "/graphql"
UNTRACED: Final = ("/health", "/metrics")
"""What machines ask for all day long."""
Key: TypeAlias = tuple[str, str, int]
OTHER_METHOD: Final = "(other)"
NO_STATUS: Final = "none"
_CLASSES: Final = {1: "1xx", 2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx"}


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
        self._kinds: dict[Key, _Kind] = {}
        self._tenants: Counter[tuple[str, str]] | None = Counter() if tenants else None
        self._seconds = metrics.distribution(
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
        if scope["type"] != "http":
            await self._take_other(scope, receive, send)
            return
        began = perf_counter()
        span = None if self._tracer is None else _opened(self._tracer, scope)
        failed: BaseException | None = None
        bound = about.begin(_Request(scope))
        self._active += 1
        try:
            await self._app(scope, receive, send)
        except BaseException as error:
            failed = error
            raise
        finally:
            self._active -= 1
            about.end(bound)
            route = scope.get("path_template") or _route(scope)
            key = (route, scope["method"], scope.get(STATUS, 0))
            kind = self._kinds.get(key) or self._kind(*key)
            kind.timer.observe(perf_counter() - began)
            if span is not None or self._tenants is not None:
                self._tell_more(scope, span, kind, failed)

    async def _take_other(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        bound = about.begin(_Request(scope))
        try:
            await self._app(scope, receive, send)
        finally:
            about.end(bound)

    def _kind(self, route: str, method: str, status: int) -> "_Kind":
        shown = method if method in METHODS else OTHER_METHOD
        kind = _Kind(self._seconds, route, method, shown, status)
        if shown == method:  # whoever makes methods up fills nothing
            self._kinds[(route, method, status)] = kind
        return kind

    def _tell_more(
        self, scope: Scope, span: OpenSpan | None, kind: "_Kind", failed: BaseException | None
    ) -> None:
        tenant = _tenant(scope)
        if self._tenants is not None:
            self._tenants[tenant, kind.status] += 1
        if span is not None:
            request_id = scope.get("rustok_request_id", "")
            known = {"rustok.request_id": request_id, "rustok.tenant": tenant}
            span.close(kind.span, known, failed=failed)


class _Kind:
    """What requests of one route, method and status have in common."""

    __slots__ = ("span", "status", "timer")

    def __init__(
        self, seconds: Distribution, route: str, method: str, shown: str, status: int
    ) -> None:
        self.status = _CLASSES.get(status // 100, NO_STATUS)
        self.timer = seconds.labels(route, shown, self.status)
        known: Attributes = {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
        }
        self.span = Shape(f"{method} {route}", known, kind="server")


class _Request:
    """What a request is about, as far as it is known at the moment."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def fields(self) -> dict[str, object]:
        found: dict[str, object] = {"request_id": self._scope.get("rustok_request_id", "")}
        if tenant := _tenant(self._scope):
            found["tenant"] = tenant
        return found


def _tenant(scope: Scope) -> str:
    ctx: Context | None = scope.get("rustok_ctx")
    return "" if ctx is None else str(ctx.tenant.id)


def _opened(tracer: Tracer, scope: Scope) -> OpenSpan | None:
    if scope["path"].startswith(UNTRACED):
        return None
    known = {"url.path": scope["path"]}
    return tracer.open(scope["method"], known, caller=header(scope, b"traceparent"))


def _route(scope: Scope) -> str:
    """The template of a path that was answered before routes are looked for; others have none."""
    if scope["path"].endswith(GRAPHQL) and scope.get(STATUS) != 404:
        return GRAPHQL
    return NO_ROUTE
