"""`/health`: outside of every tenant, `live` without any I/O."""

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from rustok import __version__
from rustok.core.health import CheckResult, HealthChecks, Report, Status
from rustok.core.host import Host
from rustok.core.http import PUBLIC

MEDIA_TYPE = "application/health+json"
HEADERS = {"cache-control": "no-store"}


class Liveness(msgspec.Struct, frozen=True):
    """The process runs."""

    status: Status = "pass"


class Readiness(msgspec.Struct, frozen=True):
    """Every check, and what they add up to."""

    status: Status
    degraded: bool
    version: str
    checks: dict[str, CheckResult]


NOT_READY = {503: ResponseSpec(Readiness, media_type=MEDIA_TYPE, generate_examples=False)}


class ModuleHealth(msgspec.Struct, frozen=True):
    """An installed module; its state is healthy, degraded or failed."""

    version: str
    state: str
    requires: tuple[str, ...]


class ModulesHealth(msgspec.Struct, frozen=True):
    """Every installed module by name."""

    status: Status
    modules: dict[str, ModuleHealth]


def routes(host: Host, checks: HealthChecks) -> list[HTTPRouteHandler]:
    """The health routes."""

    async def report() -> Response[Readiness]:
        found = await checks.report()
        document = Readiness(found.status, found.degraded, __version__, found.checks)
        return Response(document, status_code=200 if found.ready else 503, headers=HEADERS)

    @get("/health", opt=PUBLIC, tags=["health"], media_type=MEDIA_TYPE, responses=NOT_READY)
    async def health() -> Response[Readiness]:
        """How the server is: 503 when a critical check fails."""
        return await report()

    @get("/health/ready", opt=PUBLIC, tags=["health"], media_type=MEDIA_TYPE, responses=NOT_READY)
    async def ready() -> Response[Readiness]:
        """Whether requests may be sent here: 503 when a critical check fails."""
        return await report()

    @get("/health/live", opt=PUBLIC, tags=["health"], media_type=MEDIA_TYPE)
    async def live() -> Response[Liveness]:
        """Whether the process runs."""
        return Response(Liveness(), headers=HEADERS)

    @get("/health/modules", opt=PUBLIC, tags=["health"], media_type=MEDIA_TYPE)
    async def modules() -> Response[ModulesHealth]:
        """The installed modules, their versions and states."""
        report = await checks.report()
        found = {
            module.name: ModuleHealth(
                module.version, _state(report, module.name), tuple(module.requires)
            )
            for module in host.modules
        }
        return Response(ModulesHealth(report.status, found), headers=HEADERS)

    return [health, ready, live, modules]


def _state(report: Report, module: str) -> str:
    own = [c for name, c in report.checks.items() if name.partition(".")[0] == module]
    if any(check.status == "fail" for check in own):
        return "failed"
    return "degraded" if any(check.status == "warn" for check in own) else "healthy"
