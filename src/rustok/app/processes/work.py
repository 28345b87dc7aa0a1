"""`rustok relay` and `rustok index`: workers alone; any number may run on one database."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Literal

import uvloop

from rustok.app.lifecycle.reassembly import Reassembled
from rustok.app.processes.answering import answering
from rustok.app.processes.database import host_on, standing_urls
from rustok.app.processes.installation import Installation
from rustok.app.processes.joining import joined
from rustok.app.processes.places import Place
from rustok.app.processes.shutdown import Shutdown, run_together
from rustok.app.processes.watchdog import watched
from rustok.app.telemetry.running import telling
from rustok.app.workers import Workers, index_workers, relay_workers
from rustok.core.health import HealthChecks
from rustok.core.host import Host

Kind = Literal["relay", "index"]
ASSEMBLIES: dict[Kind, Callable[[Host], Workers]] = {
    "relay": relay_workers,
    "index": index_workers,
}


def work(installation: Installation, kind: Kind, place: Place | None = None) -> None:
    """Works until asked to end, alone or in a place among the children of a process.

    Raises DatabaseNotRunning, DatabaseNotCurrent.
    """
    uvloop.run(_until_asked(installation, kind, place))


async def _until_asked(installation: Installation, kind: Kind, place: Place | None) -> None:
    shutdown = Shutdown()
    async with AsyncExitStack() as stack:
        try:
            with shutdown.starting():
                workers = await _start(installation, kind, stack, place)
        except asyncio.CancelledError:
            if shutdown.asked.is_set():
                return
            raise
        with watched(installation.config.platform.watchdog_seconds):
            await run_together(shutdown, workers=workers.run)


async def _start(
    installation: Installation, kind: Kind, stack: AsyncExitStack, place: Place | None
) -> Reassembled:
    where = await stack.enter_async_context(standing_urls(installation))
    host = await stack.enter_async_context(host_on(installation, where, workers=True))
    at = await stack.enter_async_context(telling(host, kind))
    workers = Reassembled(host, ASSEMBLIES[kind])
    home = installation.config.platform.home_path
    await stack.enter_async_context(answering(home, host.get(HealthChecks)))
    stack.enter_context(joined(host, home, kind, at, place))
    if place is None:
        print(f"The {kind} works.", flush=True)  # noqa: T201  # for who typed the command
    return workers
