"""The whole ASGI application: the edge around REST, GraphQL and pages."""

from pathlib import Path
from typing import cast

from litestar import Litestar
from litestar.types import ControllerRouterHandler

from rustok.app.edge.asgi import App
from rustok.app.edge.context import Contexts
from rustok.app.edge.idempotency import Idempotency
from rustok.app.edge.middleware import Edge
from rustok.app.edge.origin import Origins
from rustok.app.edge.shortcut import Shortcut
from rustok.app.edge.tenancy import Tenancy
from rustok.app.limits.mounting import publish, request_limits
from rustok.app.settings import PlatformSettings
from rustok.app.telemetry.requests import RequestWatch
from rustok.app.telemetry.settings import TelemetrySettings
from rustok.app.web import documentation, graphql, health, measures
from rustok.app.web.responses.serving import PublicResponses
from rustok.app.web.rest import application
from rustok.app.web.subscriptions.hub import Hub
from rustok.core.db.settings import DatabaseSettings
from rustok.core.health import HealthChecks
from rustok.core.host import Host
from rustok.core.identity import Authenticator
from rustok.core.metrics import ProcessMetrics
from rustok.core.secrets import SecretKey
from rustok.core.tenants import TenantDirectory
from rustok.core.tracing import tracer
from rustok.storefront import routes as storefront
from rustok.storefront.static_files import StaticFiles, files_route
from rustok.telemetry.metrics import Metrics

DEMO_ART = Path(__file__).parent / "demo" / "content" / "art"


def rest(host: Host) -> Litestar:
    """REST, GraphQL and documentation, without the edge."""
    platform = host.settings(PlatformSettings)
    production = platform.env == "production"
    metrics = Metrics(host.get(ProcessMetrics))
    host.provide(Metrics, metrics)
    own: list[ControllerRouterHandler] = [
        *health.routes(host, host.get(HealthChecks)),
        measures.route(metrics, platform),
        documentation.assets(),
        files_route("/static/demo", StaticFiles(DEMO_ART)),
        *storefront.build(host),
        *graphql.routes(host, production=production, max_body_bytes=platform.max_body_bytes),
    ]
    return application(host, own, max_body_bytes=platform.max_body_bytes)


def asgi(host: Host) -> RequestWatch:
    """The application as a server mounts it."""
    platform = host.settings(PlatformSettings)
    database = host.settings(DatabaseSettings)
    directory = host.get(TenantDirectory)
    origins = Origins(platform.trusted_proxies, platform.public_url)
    limits = request_limits(host, production=platform.env == "production")
    contexts = Contexts(
        Tenancy(directory, platform.base_domains),
        origins,
        host.get(Authenticator),
        database.request_timeout_seconds,
        limits,
    )
    idempotency = Idempotency(host.db, host.clock, host.get(SecretKey), platform.max_body_bytes)
    app = rest(host)
    if limits is not None:
        publish(limits, host, host.get(Metrics))
    responses = host.get(PublicResponses)
    edge = Edge(
        cast("App", app),
        contexts,
        idempotency,
        None if platform.env == "production" else directory,
        graphql=host.get(graphql.GraphQL),
        leave=host.get(Hub).close,
        shortcut=Shortcut(responses, origins, limits) if responses.is_on else None,
        limits=limits,
    )
    return RequestWatch(
        edge,
        host.get(Metrics),
        tracer("rustok.http"),
        leave=edge.leave,
        tenants=host.settings(TelemetrySettings).tenant_label,
    )
