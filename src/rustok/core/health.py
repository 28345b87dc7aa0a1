"""Health: checks that parts of the platform register, run together, limited and shared."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Literal

import msgspec

Status = Literal["pass", "warn", "fail"]
LIMIT_SECONDS = 1.5
SHARED_SECONDS = 1.0


class CheckResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one check went; `output` says what is wrong, without secrets."""

    status: Status
    critical: bool = False
    output: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Every check by name, and what they add up to: a failed critical check is a failure."""

    status: Status
    degraded: bool
    checks: dict[str, CheckResult]

    @property
    def ready(self) -> bool:
        """Whether requests may be sent here."""
        return self.status != "fail"


class Degraded(Exception):
    """Raised by a check that finds something working, but not as it should."""


Probe = Callable[[], Awaitable[None]]


class HealthChecks:
    """The checks of a process; one run serves everybody who asks within a second."""

    def __init__(self) -> None:
        self._checks: dict[str, tuple[Probe, bool]] = {}
        self._running: asyncio.Task[Report] | None = None
        self._known: tuple[float, Report] | None = None

    def add(self, name: str, probe: Probe, *, critical: bool = False) -> None:
        """Registers a check: it returns when all is well, and raises otherwise."""
        self._checks[name] = (probe, critical)

    async def report(self) -> Report:
        """The report, at most a second old."""
        if self._known is not None and monotonic() - self._known[0] < SHARED_SECONDS:
            return self._known[1]
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await asyncio.shield(self._running)

    async def _run(self) -> Report:
        names = list(self._checks)
        results = await asyncio.gather(*(self._check(name) for name in names))
        checks = dict(zip(names, results, strict=True))
        failed = any(c.status == "fail" and c.critical for c in results)
        degraded = any(c.status != "pass" for c in results)
        status: Status = "fail" if failed else "warn" if degraded else "pass"
        report = Report(status=status, degraded=degraded, checks=checks)
        self._known = (monotonic(), report)
        return report

    async def _check(self, name: str) -> CheckResult:
        probe, critical = self._checks[name]
        probing = asyncio.ensure_future(probe())
        # not asyncio.timeout: a driver that loses its server may not let itself be cancelled soon
        done, _ = await asyncio.wait({probing}, timeout=LIMIT_SECONDS)
        if not done:
            probing.cancel()
            output = f"no answer within {LIMIT_SECONDS:g} s"
            return CheckResult(status="fail", critical=critical, output=output)
        try:
            probing.result()
        except Degraded as error:
            return CheckResult(status="warn", critical=critical, output=str(error))
        except Exception as error:  # noqa: BLE001  # whatever a check raises is its finding
            return CheckResult(status="fail", critical=critical, output=type(error).__name__)
        return CheckResult(status="pass", critical=critical)
