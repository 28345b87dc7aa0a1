"""Puts the watch together as the settings say."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from rustok.app.pressure.settings import BackPressureSettings
from rustok.app.pressure.shared import SharedReading
from rustok.app.pressure.watch import TENANT, PressureWatch
from rustok.core.health import Degraded, HealthChecks
from rustok.core.host import Host
from rustok.core.metrics import ProcessMetrics, Sample
from rustok.core.pressure import Backlog, Level
from rustok.core.pressure.reading import PLATFORM

NUMBERS: Final[dict[Level, int]] = {"normal": 0, "warning": 1, "critical": 2}


@asynccontextmanager
async def watched_pressure(host: Host) -> AsyncIterator[None]:
    """Provides the watch while the block runs, unless it is off or nobody knows what waits."""
    settings = host.settings(BackPressureSettings)
    backlog = host.find(Backlog)
    if backlog is None or not settings.enabled:
        yield
        return
    every = settings.look_seconds
    shared = SharedReading(host.db, backlog, settings.both, every)
    watch = PressureWatch(shared, settings.both, every)
    host.provide(PressureWatch, watch)
    _publish(watch, host.get(ProcessMetrics))
    host.get(HealthChecks).add("back-pressure", lambda: _check(watch), critical=False)
    try:
        yield
    finally:
        await watch.close()


async def _check(watch: PressureWatch) -> None:
    total = watch.reading.total
    if total.level != "normal":
        raise Degraded(f"{total.level}: {total.events} of {watch.capacity.total} events wait")


def _publish(watch: PressureWatch, metrics: ProcessMetrics) -> None:
    metrics.gauge(
        "rustok_back_pressure_state",
        "The pressure of waiting events in all: 0 normal, 1 warning, 2 critical.",
        lambda: [((), NUMBERS[watch.reading.total.level])],
    )
    metrics.gauge(
        "rustok_back_pressure_depth",
        "Events that wait in all: without a position, or before the consumer furthest behind.",
        lambda: [((), watch.reading.total.events)],
    )
    metrics.gauge(
        "rustok_back_pressure_capacity",
        "Events that may wait, in all and of one tenant.",
        lambda: [((PLATFORM,), watch.capacity.total), ((TENANT,), watch.capacity.tenant)],
        labels=("scope",),
    )
    metrics.gauge(
        "rustok_back_pressure_tenants",
        "Tenants with a pressure of their own, by level.",
        lambda: _tenants(watch),
        labels=("level",),
    )
    metrics.count(
        "rustok_back_pressure_shed_total",
        "Writes refused at the door, because of their tenant's events or those of all.",
        lambda: [((scope,), watch.shed[scope]) for scope in (TENANT, PLATFORM)],
        labels=("scope",),
    )


def _tenants(watch: PressureWatch) -> Iterable[Sample]:
    levels = Counter(depth.level for depth in watch.reading.tenants.values())
    return [((level,), levels[level]) for level in ("warning", "critical")]
