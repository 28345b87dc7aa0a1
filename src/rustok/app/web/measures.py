"""`/metrics`: the numbers of this process, for Prometheus."""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from rustok.core.http import PUBLIC
from rustok.telemetry.metrics import MEDIA_TYPE, Metrics


def route(metrics: Metrics) -> HTTPRouteHandler:
    """The route; it belongs to no tenant."""

    @get("/metrics", opt=PUBLIC, include_in_schema=False, sync_to_thread=False)
    def show() -> Response[bytes]:
        return Response(metrics.text(), media_type=MEDIA_TYPE)

    return show
