"""`rustok relay` and `rustok index`: workers alone; any number may run on one database."""

import asyncio
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Literal

import uvloop

from rustok.app.processes.database import host_on, standing_urls
from rustok.app.processes.installation import Installation
from rustok.app.processes.registry import ProcessRecord, registered
from rustok.app.processes.shutdown import Shutdown, run_together
from rustok.app.telemetry.running import telling
from rustok.app.workers import Workers, index_workers, relay_workers
from rustok.core.clock import SystemClock
from rustok.core.host import Host

Kind = Literal["relay", "index"]
ASSEMBLIES: dict[Kind, Callable[[Host], Workers]] = {
    "relay": relay_workers,
    "index": index_workers,
}


def work(installation: Installation, kind: Kind) -> None:
    """Works until asked to end; raises DatabaseNotRunning, DatabaseNotCurrent."""
    uvloop.run(_until_asked(installation, kind))


async def _until_asked(installation: Installation, kind: Kind) -> None:
    shutdown = Shutdown()
    async with AsyncExitStack() as stack:
        try:
            with shutdown.starting():
                workers = await _start(installation, kind, stack)
        except asyncio.CancelledError:
            if shutdown.asked.is_set():
                return
            raise
        await run_together(shutdown, workers=workers.run)


async def _start(installation: Installation, kind: Kind, stack: AsyncExitStack) -> Workers:
    where = await stack.enter_async_context(standing_urls(installation))
    host = await stack.enter_async_context(host_on(installation, where, workers=True))
    at = await stack.enter_async_context(telling(host, kind))
    record = ProcessRecord(kind=kind, pid=os.getpid(), started_at=SystemClock().now(), address=at)
    stack.enter_context(registered(installation.config.platform.home_path, record))
    print(f"The {kind} works.", flush=True)  # noqa: T201  # for who typed the command
    return ASSEMBLIES[kind](host)
