"""`/metrics`: the numbers of this process, for Prometheus, and for nobody else."""

from hmac import compare_digest
from ipaddress import ip_address, ip_network
from typing import Any, Final, cast

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from rustok.app.edge.asgi import Scope, header
from rustok.app.edge.origin import Origins
from rustok.app.settings import PlatformSettings
from rustok.core.errors import NotFound
from rustok.core.http import PUBLIC
from rustok.telemetry.metrics import MEDIA_TYPE, Metrics

_FORWARDED: Final = (b"x-forwarded-for", b"x-forwarded-host", b"forwarded", b"via")
_BEARER: Final = "bearer "


class Readers:
    """Who may read the numbers: whoever has the token, and machines of the networks named.

    On a shop's domain the token alone counts, and so it does behind a proxy that is not trusted to
    say whom it speaks for: its own address is no caller's.
    """

    def __init__(self, platform: PlatformSettings) -> None:
        self._token = (platform.metrics_token or "").encode()
        self._networks = [ip_network(each) for each in platform.metrics_networks]
        self._proxies = Origins(platform.trusted_proxies)

    def admit(self, scope: Scope) -> bool:
        """Whether the request may be answered."""
        return self._has_token(scope) or self._is_near(scope)

    def _has_token(self, scope: Scope) -> bool:
        given = header(scope, b"authorization") or ""
        if not self._token or given[: len(_BEARER)].lower() != _BEARER:
            return False
        return compare_digest(given[len(_BEARER) :].strip().encode(), self._token)

    def _is_near(self, scope: Scope) -> bool:
        origin = self._proxies.read(scope)
        peer = (scope.get("client") or ("", 0))[0]
        if origin.address == peer and any(header(scope, name) for name in _FORWARDED):
            return False
        try:
            address = ip_address(origin.address)
        except ValueError:
            return False
        return _names_a_machine(origin.host) and any(address in each for each in self._networks)


def route(metrics: Metrics, platform: PlatformSettings) -> HTTPRouteHandler:
    """The route; it belongs to no tenant."""
    readers = Readers(platform)

    @get("/metrics", opt=PUBLIC, include_in_schema=False)
    async def show(request: Request[Any, Any, Any]) -> Response[bytes]:
        if not readers.admit(cast("Scope", request.scope)):
            raise NotFound
        await metrics.refresh()
        return Response(metrics.text(), media_type=MEDIA_TYPE)

    return show


def _names_a_machine(host: str) -> bool:
    """Whether it is an address or a name without a dot, which no shop's domain is."""
    name = host.partition("]")[0].removeprefix("[") if host.startswith("[") else host
    name = name if host.startswith("[") else name.partition(":")[0]
    if "." not in name:
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
