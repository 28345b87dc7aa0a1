"""The Litestar application made of every module's routes."""

from collections.abc import Iterable, Iterator
from inspect import signature
from typing import Any, get_args

from litestar import Litestar, Request, Response
from litestar.config.app import AppConfig
from litestar.connection import ASGIConnection
from litestar.di import Dependency, Provide
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler, Guard

from rustok.app.pressure.watch import PressureWatch
from rustok.app.web.bodies import JsonRequest
from rustok.app.web.documentation import describe, documentation
from rustok.app.web.failures import from_http, from_validation, unexpected
from rustok.core.context import Context
from rustok.core.errors import ModuleDisabled, RustokError, Unauthenticated
from rustok.core.host import Host
from rustok.core.http import PUBLIC, problems
from rustok.core.http.access import ACCESS, GOES_ON, enforce
from rustok.core.modules.building import loaded
from rustok.core.modules.states import ModuleStates

MODULE = "rustok_module"
OWNER = "rustok_owner"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class UndeclaredAccess(Exception):
    """Some routes do not say who may use them; the message lists them."""

    code = "UNDECLARED_ACCESS"


def application(
    host: Host, own: Iterable[ControllerRouterHandler], *, max_body_bytes: int
) -> Litestar:
    """REST over every module's services; raises UndeclaredAccess."""
    handlers = [*own]
    for module in host.modules:
        for handler in loaded(host, module, "rest") or ():
            handler.opt[OWNER] = module.name
            handler.opt[MODULE] = None if module.core else module.name
            describe(handler)
            handlers.append(handler)
    app = Litestar(
        route_handlers=handlers,
        request_class=JsonRequest,
        guards=[_guard(host.get(ModuleStates), host.find(PressureWatch))],
        dependencies=_dependencies(host, handlers),
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


def _dependencies(host: Host, handlers: Iterable[ControllerRouterHandler]) -> dict[str, Provide]:
    found = {"ctx": Provide(_context, sync_to_thread=False)}
    for name in (*host.named, *_of_failed(host, handlers)):
        found.setdefault(name, Provide(_service(host, name), sync_to_thread=False))
    return found


def _of_failed(host: Host, handlers: Iterable[ControllerRouterHandler]) -> Iterator[str]:
    """The names that routes of failed modules ask for, whose services may yet be built."""
    unusable = host.get(ModuleStates).unusable
    for handler in handlers if unusable else ():
        if isinstance(handler, HTTPRouteHandler) and handler.opt.get(OWNER) in unusable:
            for name, parameter in signature(handler.fn, eval_str=True).parameters.items():
                if any(isinstance(mark, Dependency) for mark in get_args(parameter.annotation)):
                    yield name


def _service(host: Host, name: str) -> Any:
    def provide() -> Any:
        return host.named[name]

    return provide


def _context(request: Request[Any, Any, Any]) -> Any:
    return request.scope["rustok_ctx"]  # type: ignore[typeddict-item]  # put there by the edge


def _guard(states: ModuleStates, pressure: PressureWatch | None) -> Guard:
    async def guard(
        connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        ctx: Context | None = connection.scope.get("rustok_ctx")  # type: ignore[assignment]  # the edge's
        module = handler.opt.get(MODULE)
        if module is not None and ctx is not None and module not in ctx.tenant.modules:
            raise ModuleDisabled(f"The module {module} is switched off for this tenant.")
        if states.read_only and OWNER in handler.opt:
            method = connection.scope.get("method", "GET")
            states.admit(handler.opt[OWNER], writes=method not in SAFE)
        if ctx is not None:
            enforce(handler.opt.get(ACCESS), ctx)
        elif handler.opt.get(ACCESS) != PUBLIC[ACCESS]:
            raise Unauthenticated
        if pressure is not None and ctx is not None and _writes(connection, handler):
            await pressure.admit(ctx.tenant.id)

    return guard


def _writes(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> bool:
    """Whether the request may add events, and can wait until others are worked off."""
    if not isinstance(handler, HTTPRouteHandler) or GOES_ON in handler.opt:
        return False
    return connection.scope.get("method", "GET") not in SAFE


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
    request_id = _request_id(request)
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
    response = _render(request, from_http(error, _request_id(request)))
    for name, value in (error.headers or {}).items():
        response.headers[name.lower()] = value
    return response


def _render_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    return _render(request, unexpected(error, _request_id(request)))


def _request_id(request: Request[Any, Any, Any]) -> str:
    return str(request.scope.get("rustok_request_id", ""))
