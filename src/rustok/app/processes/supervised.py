"""`rustok run --workers N`: the database here, everything else in child processes."""

import asyncio
import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

import uvloop

from rustok.app.processes import demo
from rustok.app.processes.database import host_on, urls_of
from rustok.app.processes.embedded import database_url
from rustok.app.processes.installation import Installation
from rustok.app.processes.listener import address, listen
from rustok.app.processes.migration import migrate_where_needed
from rustok.app.processes.own_server import OwnServer
from rustok.app.processes.places import ChildKind
from rustok.app.processes.registry import ProcessRecord, only_one, registered
from rustok.app.processes.shutdown import Part, Shutdown, run_together
from rustok.app.processes.supervisor import Supervisor, Wanted
from rustok.app.processes.welcome import welcome
from rustok.app.settings import PlatformSettings
from rustok.core.clock import SystemClock
from rustok.core.context import TenantRef
from rustok.core.tenants import TenantDirectory


def run_supervised(
    installation: Installation, environ: Mapping[str, str], *, workers: int, with_demo: bool
) -> None:
    """Serves with so many API processes, as many for projections, and one relay.

    Raises AlreadyRunning, PortTaken, and what keeps the database from being there.
    """
    platform = installation.config.platform
    with only_one(platform.home_path), listen(platform.bind, platform.port) as listener:
        wanted = children(workers, listener.fileno(), platform.metrics_port)
        uvloop.run(_until_asked(installation, environ, wanted, listener, with_demo=with_demo))


def children(workers: int, listener: int, metrics_port: int | None) -> list[Wanted]:
    """The children; where there is a port for numbers, each has one, counted on from it."""
    api: list[ChildKind] = ["serve"] * workers
    projecting: list[ChildKind] = ["index"] * workers
    kinds: list[ChildKind] = [*api, "relay", *projecting]
    found = []
    for number, kind in enumerate(kinds):
        port = metrics_port + number if metrics_port else metrics_port
        shared = listener if kind == "serve" else None
        found.append(Wanted(kind=kind, children=workers, listener=shared, metrics_port=port))
    return found


async def _until_asked(
    installation: Installation,
    environ: Mapping[str, str],
    wanted: Sequence[Wanted],
    listener: socket.socket,
    *,
    with_demo: bool,
) -> None:
    shutdown = Shutdown()
    platform = installation.config.platform
    supervisor = Supervisor(wanted, environ, stop_seconds=platform.stop_seconds)
    async with AsyncExitStack() as stack:
        try:
            with shutdown.starting():
                owner_url, parts = await _database(platform, stack)
                await migrate_where_needed(installation, owner_url)
                tenants = await _prepare(installation, owner_url, with_demo=with_demo)
        except asyncio.CancelledError:
            if shutdown.asked.is_set():
                _say("Asked to end before it was ready.")
                return
            raise

        async def tell(stopping: asyncio.Event) -> None:
            if await _before(stopping, supervisor.ready):
                stack.enter_context(registered(platform.home_path, _record(listener)))
                port: int = listener.getsockname()[1]
                _say(welcome(platform, port, tenants, demo.sign_ins(platform.home_path)))
            await stopping.wait()
            listener.close()  # the children's own stay open until they are done

        await run_together(shutdown, children=supervisor.run, welcome=tell, **parts)


async def _database(
    platform: PlatformSettings, stack: AsyncExitStack
) -> tuple[str, dict[str, Part]]:
    """The owner's URL, and what keeps an embedded server running."""
    if platform.database_url:
        return platform.database_url, {}
    own = OwnServer(platform)
    stack.callback(own.stop)
    return await database_url(await asyncio.to_thread(own.start)), {"postgres": own.watch}


async def _prepare(
    installation: Installation, owner_url: str, *, with_demo: bool
) -> Sequence[TenantRef]:
    """Fills an empty database where that is wanted; the tenants there are."""
    platform = installation.config.platform
    async with host_on(installation, urls_of(installation, owner_url), workers=True) as host:
        in_development = platform.env == "development"
        if with_demo and in_development and await demo.is_wanted(host, platform.home_path):
            from rustok.app.workers import all_workers  # lazy: one start in a thousand needs them

            _say("Filling the empty database with the demo ...")
            await demo.load(host, platform.home_path)
            await all_workers(host).settle()
        return await host.get(TenantDirectory).all()


def _record(listener: socket.socket) -> ProcessRecord:
    return ProcessRecord(
        kind="run", pid=os.getpid(), started_at=SystemClock().now(), address=address(listener)
    )


async def _before(stopping: asyncio.Event, event: asyncio.Event) -> bool:
    """Whether the event came before anybody asked to end."""
    waits = [asyncio.create_task(event.wait()), asyncio.create_task(stopping.wait())]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for task in waits:
        task.cancel()
    return event.is_set() and not stopping.is_set()


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # the command's own words, for who typed it
