"""`/health`: outside of every tenant, `live` without any I/O."""

from datetime import datetime

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from rustok import __version__
from rustok.core.health import CheckResult, HealthChecks, Status
from rustok.core.host import Host
from rustok.core.http import PUBLIC
from rustok.core.modules.lifecycle import State
from rustok.core.modules.states import ModuleStates

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
    """An installed module and how it stands in this process; `reason` says why where it ails."""

    version: str
    state: State
    since: datetime
    reason: str
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
        found = {
            module.name: ModuleHealth(
                version=module.version,
                state=standing.state,
                since=standing.since,
                reason=standing.reason,
                requires=tuple(module.requires),
            )
            for module, standing in host.get(ModuleStates)
        }
        return Response(ModulesHealth(_sum(found), found), headers=HEADERS)

    return [health, ready, live, modules]


def _sum(modules: dict[str, ModuleHealth]) -> Status:
    ailing = any(module.state in {"failed", "degraded"} for module in modules.values())
    return "warn" if ailing else "pass"
