"""The Litestar application made of every module's routes."""

from collections.abc import Iterable
from typing import Any

from litestar import Litestar, Request, Response
from litestar.config.app import AppConfig
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler

from rustok.app.web.bodies import JsonRequest
from rustok.app.web.documentation import describe, documentation
from rustok.app.web.failures import from_http, from_validation, unexpected
from rustok.core.context import Context
from rustok.core.errors import ModuleDisabled, RustokError, Unauthenticated
from rustok.core.host import Host
from rustok.core.http import PUBLIC, problems
from rustok.core.http.access import ACCESS, enforce

MODULE = "rustok_module"


class UndeclaredAccess(Exception):
    """Some routes do not say who may use them; the message lists them."""

    code = "UNDECLARED_ACCESS"


def application(
    host: Host, own: Iterable[ControllerRouterHandler], *, max_body_bytes: int
) -> Litestar:
    """REST over every module's services; raises UndeclaredAccess."""
    handlers = [*own]
    for module in host.modules:
        for handler in module.part("rest") or ():
            handler.opt[MODULE] = None if module.core else module.name
            describe(handler)
            handlers.append(handler)
    app = Litestar(
        route_handlers=handlers,
        request_class=JsonRequest,
        guards=[_guard],
        dependencies=_dependencies(host),
        exception_handlers={
            RustokError: _render,
            ValidationException: _render_validation,
            HTTPException: _render_http,
            Exception: _render_unexpected,
        },
        openapi_config=documentation(),
        request_max_body_size=max_body_bytes,
        on_app_init=[_quiet],
    )
    _check_declared(app)
    _resolve_one_by_one(app)
    return app


def _resolve_one_by_one(app: Litestar) -> None:
    # Litestar would resolve what does not depend on each other in a group of tasks; a context and
    # services are there already, and two tasks cost more than all else that it does for a request
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for _, parameters in route.route_handler_map.values():
                parameters.dependency_batches = [
                    {dependency} for batch in parameters.dependency_batches for dependency in batch
                ]


def _quiet(config: AppConfig) -> AppConfig:
    config.logging_config = None
    return config


def _dependencies(host: Host) -> dict[str, Provide]:
    found = {"ctx": Provide(_context, sync_to_thread=False)}
    for name, service in host.named.items():
        found[name] = Provide(_constant(service), sync_to_thread=False)
    return found


def _constant(value: object) -> Any:
    def provide() -> Any:
        return value

    return provide


def _context(request: Request[Any, Any, Any]) -> Any:
    return request.scope["rustok_ctx"]  # type: ignore[typeddict-item]  # put there by the edge


# async, though it awaits nothing: Litestar runs any other guard in a thread
async def _guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    ctx: Context | None = connection.scope.get("rustok_ctx")  # type: ignore[assignment]  # the edge's
    if ctx is None:
        if handler.opt.get(ACCESS) != PUBLIC[ACCESS]:
            raise Unauthenticated
        return
    module = handler.opt.get(MODULE)
    if module is not None and module not in ctx.tenant.modules:
        raise ModuleDisabled(f"The module {module} is switched off for this tenant.")
    enforce(handler.opt.get(ACCESS), ctx)


def _check_declared(app: Litestar) -> None:
    missing = [
        f"{sorted(handler.http_methods)} {route.path}"
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler)
        and ACCESS not in handler.opt
        and set(handler.http_methods) != {"OPTIONS"}
    ]
    if missing:
        raise UndeclaredAccess(f"These routes do not declare their access: {'; '.join(missing)}")


def _render(request: Request[Any, Any, Any], error: RustokError) -> Response[bytes]:
    request_id = str(request.scope.get("rustok_request_id", ""))
    return Response(
        problems.encode(error, instance=request.url.path, request_id=request_id),
        status_code=error.status,
        media_type=problems.MEDIA_TYPE,
        headers=problems.headers(error),
    )


def _render_validation(
    request: Request[Any, Any, Any], error: ValidationException
) -> Response[bytes]:
    return _render(request, from_validation(error))


def _render_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    response = _render(request, from_http(error))
    for name, value in (error.headers or {}).items():
        response.headers[name.lower()] = value
    return response


def _render_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return _render(request, unexpected(error, str(request.scope.get("rustok_request_id", ""))))
