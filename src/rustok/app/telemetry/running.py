"""What a process that stays does for whoever watches it, from its start to its end."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

import structlog

from rustok import __version__
from rustok.app.settings import PlatformSettings
from rustok.app.telemetry.otel import Exporting, exporting
from rustok.core.health import HealthChecks
from rustok.core.host import Host
from rustok.core.metrics import Metrics, ProcessMetrics
from rustok.telemetry.export import Numbers, Traces, resource

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
        wanted = exporting(os.environ)
        if wanted.metrics:
            await stack.enter_async_context(_sending(host, kind, wanted))
        yield at


def metrics_of(host: Host) -> Metrics:
    """All numbers of the process, those of the API included where it serves one."""
    return host.find(Metrics) or host.get(ProcessMetrics)


@asynccontextmanager
async def _sending(host: Host, kind: str, wanted: Exporting) -> AsyncIterator[None]:
    numbers = Numbers(resource(kind, __version__))

    async def send() -> None:
        metrics = metrics_of(host)
        await metrics.refresh()
        try:
            # read here, where nobody counts meanwhile, and sent from a thread
            await asyncio.to_thread(numbers.send, numbers.gathered(metrics))
        except Exception as error:  # noqa: BLE001  # who watches is no reason to stop
            _log.warning("numbers_not_sent", error=repr(error))

    async def repeat() -> None:
        while True:
            await asyncio.sleep(wanted.interval_seconds)
            await send()

    task = asyncio.create_task(repeat(), name="metrics")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await send()
        numbers.close()
