"""Health: checks that parts of the platform register, run together, limited and shared."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from time import monotonic
from typing import Any, Final, Literal

import msgspec

from rustok.core.clock import Clock, SystemClock

Status = Literal["pass", "warn", "fail"]
LIMIT_SECONDS = 2.0
SHARED_SECONDS = 1.0
MILLISECONDS: Final = "ms"


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What a check has measured; `details` are what is behind it, part by part."""

    value: float
    unit: str
    details: dict[str, Any] = {}


class CheckResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """How one check went; `output` says what is wrong, without secrets.

    The names are those of `application/health+json`. A check that measures nothing of its own has
    taken so many milliseconds.
    """

    status: Status
    critical: bool = False
    output: str = ""
    observed_value: float | None = None
    observed_unit: str = ""
    time: datetime | None = None
    details: dict[str, Any] = {}


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

    def __init__(self, output: str = "", observed: Observed | None = None) -> None:
        super().__init__(output)
        self.observed = observed


Probe = Callable[[], Awaitable[Observed | None]]


class HealthChecks:
    """The checks of a process; one run serves everybody who asks within a second.

    `critical` and `not_critical` are names for which an operator has decided otherwise than the
    part that registers the check.
    """

    def __init__(
        self,
        *,
        critical: Collection[str] = (),
        not_critical: Collection[str] = (),
        clock: Clock | None = None,
    ) -> None:
        self._decided = dict.fromkeys(critical, True) | dict.fromkeys(not_critical, False)
        self._clock = clock or SystemClock()
        self._checks: dict[str, tuple[Probe, bool]] = {}
        self._running: asyncio.Task[Report] | None = None
        self._known: tuple[float, Report] | None = None

    def add(self, name: str, probe: Probe, *, critical: bool = False) -> None:
        """Registers a check: it returns when all is well, and raises otherwise."""
        self._checks[name] = (probe, self._decided.get(name, critical))

    @property
    def unknown(self) -> list[str]:
        """What an operator has decided about checks that nobody has registered by now."""
        return sorted(self._decided.keys() - self._checks.keys())

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
        began = monotonic()
        probing = asyncio.ensure_future(probe())
        # not asyncio.timeout: a driver that loses its server may not let itself be cancelled soon
        done, _ = await asyncio.wait({probing}, timeout=LIMIT_SECONDS)
        status: Status = "pass"
        output, observed = "", None
        if not done:
            probing.cancel()
            status, output = "fail", f"no answer within {LIMIT_SECONDS:g} s"
        else:
            try:
                observed = probing.result()
            except Degraded as error:
                status, output, observed = "warn", str(error), error.observed
            except Exception as error:  # noqa: BLE001  # whatever a check raises is its finding
                status, output = "fail", type(error).__name__
        if observed is None:
            taken = round(1000 * (monotonic() - began), 1)
            observed = Observed(value=taken, unit=MILLISECONDS)
        return CheckResult(
            status=status,
            critical=critical,
            output=output,
            observed_value=observed.value,
            observed_unit=observed.unit,
            time=self._clock.now(),
            details=observed.details,
        )
