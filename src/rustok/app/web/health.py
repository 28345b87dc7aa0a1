"""`/health`: outside of every tenant, `live` without any I/O."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from rustok import __version__
from rustok.core.health import HealthChecks, Report
from rustok.core.host import Host
from rustok.core.http import PUBLIC

MEDIA_TYPE = "application/health+json"


def routes(host: Host, checks: HealthChecks) -> list[HTTPRouteHandler]:
    """The health routes."""

    @get(["/health", "/health/ready"], opt=PUBLIC, tags=["health"])
    async def ready() -> Response[bytes]:
        """Whether requests may be sent here: 503 when a critical check fails."""
        report = await checks.report()
        return _answer(_document(report), 200 if report.ready else 503)

    @get("/health/live", opt=PUBLIC, tags=["health"])
    async def live() -> Response[bytes]:
        """Whether the process runs."""
        return _answer({"status": "pass"}, 200)

    @get("/health/modules", opt=PUBLIC, tags=["health"])
    async def modules() -> Response[bytes]:
        """The installed modules, their versions and states."""
        report = await checks.report()
        found = {
            module.name: {
                "version": module.version,
                "state": _state(report, module.name),
                "requires": module.requires,
            }
            for module in host.modules
        }
        return _answer({"status": report.status, "modules": found}, 200)

    return [ready, live, modules]


def _state(report: Report, module: str) -> str:
    own = [c for name, c in report.checks.items() if name.partition(".")[0] == module]
    if any(check.status == "fail" for check in own):
        return "failed"
    return "degraded" if any(check.status == "warn" for check in own) else "healthy"


def _document(report: Report) -> dict[str, Any]:
    return {
        "status": report.status,
        "degraded": report.degraded,
        "version": __version__,
        "checks": report.checks,
    }


def _answer(document: dict[str, Any], status: int) -> Response[bytes]:
    return Response(
        msgspec.json.encode(document),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"cache-control": "no-store"},
    )
