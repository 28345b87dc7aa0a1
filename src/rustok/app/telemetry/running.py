"""What a process that stays does for whoever watches it, from its start to its end."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import structlog

from rustok import __version__
from rustok.app.settings import PlatformSettings
from rustok.app.telemetry.otel import Exporting, exporting
from rustok.core.health import HealthChecks
from rustok.core.host import Host
from rustok.core.metrics import Metrics, ProcessMetrics
from rustok.core.resilience import Breakers
from rustok.telemetry.export import Traces, resource, sent_traces

if TYPE_CHECKING:
    from rustok.telemetry.sending import Guard, Signal

_log = structlog.get_logger("rustok.telemetry")


@contextmanager
def tracing(kind: str) -> Iterator[None]:
    """Sets traces up before anything is built, and sends what is left at the end.

    Raises BadSettings for what OTEL_* say wrongly.
    """
    wanted = exporting(os.environ)
    if not wanted.traces:
        yield
        return
    traces = Traces(resource(kind, __version__), wanted.sampler, wanted.ratio)
    try:
        yield
    finally:
        traces.close()


@asynccontextmanager
async def telling(host: Host, kind: str) -> AsyncIterator[str | None]:
    """Answers on the port for numbers where one is given, and exports them where that is asked.

    Gives the address of that port. Raises PortTaken, AddressUnusable.
    """
    wanted = exporting(os.environ)
    standing = _guarded(host, wanted)
    unknown = host.get(HealthChecks).unknown
    if unknown:
        _log.warning("health_checks_unknown", checks=unknown)
    async with AsyncExitStack() as stack:
        platform = host.settings(PlatformSettings)
        at = None
        if platform.metrics_port is not None:
            from rustok.app.telemetry.listener import answering  # lazy: most have no such port

            at = await stack.enter_async_context(
                answering(host, platform.metrics_bind, platform.metrics_port)
            )
        if wanted.metrics:
            from rustok.app.telemetry.sending_numbers import sending_numbers  # lazy: most send none

            await stack.enter_async_context(
                sending_numbers(
                    lambda: metrics_of(host), kind, standing["metrics"], wanted.interval_seconds
                )
            )
        yield at


def metrics_of(host: Host) -> Metrics:
    """All numbers of the process, those of the API included where it serves one."""
    return host.find(Metrics) or host.get(ProcessMetrics)


def _guarded(host: Host, wanted: Exporting) -> "dict[Signal, Guard]":
    """What stands before each signal that is sent; that of traces stands there from now on."""
    signals: list[Signal] = []
    if wanted.traces:
        signals.append("traces")
    if wanted.metrics:
        signals.append("metrics")
    if not signals:
        return {}
    from rustok.app.telemetry.collectors import guards  # lazy: most send nothing

    standing = guards(host.get(Breakers), tuple(signals))
    traces = sent_traces() if wanted.traces else None
    if traces is not None:
        traces.guard(standing["traces"])
        host.get(ProcessMetrics).count(
            "rustok_spans_dropped_total",
            "Spans that did not reach the collector.",
            lambda: [((), traces.dropped)],
        )
    return standing
