"""`rustok run`: the database, the API and all workers in one process."""

import asyncio
import os
import socket
from contextlib import AsyncExitStack

import uvloop

from rustok.app.processes import demo
from rustok.app.processes.answering import answering
from rustok.app.processes.database import host_on, urls_of
from rustok.app.processes.embedded import database_url
from rustok.app.processes.installation import Installation
from rustok.app.processes.listener import address, listen
from rustok.app.processes.migration import migrate_where_needed
from rustok.app.processes.own_server import OwnServer
from rustok.app.processes.registry import ProcessRecord, only_one, registered
from rustok.app.processes.shutdown import Part, Shutdown, run_together
from rustok.app.processes.welcome import welcome
from rustok.app.telemetry.running import telling
from rustok.core.clock import SystemClock
from rustok.core.health import HealthChecks
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory


def run(installation: Installation, *, with_demo: bool) -> None:
    """Serves until asked to end.

    Raises AlreadyRunning, PortTaken, and what keeps the database from being there.
    """
    platform = installation.config.platform
    with only_one(platform.home_path), listen(platform.bind, platform.port) as listener:
        uvloop.run(_until_asked(installation, listener, with_demo=with_demo))


async def _until_asked(
    installation: Installation, listener: socket.socket, *, with_demo: bool
) -> None:
    shutdown = Shutdown()
    async with AsyncExitStack() as stack:
        try:
            with shutdown.starting():
                parts = await _start(installation, listener, stack, with_demo=with_demo)
        except asyncio.CancelledError:
            if shutdown.asked.is_set():
                _say("Asked to end before it was ready.")
                return
            raise
        await run_together(shutdown, **parts)


async def _start(
    installation: Installation, listener: socket.socket, stack: AsyncExitStack, *, with_demo: bool
) -> dict[str, Part]:
    platform = installation.config.platform
    owner_url, parts = await _database(installation, stack)
    await migrate_where_needed(installation, owner_url)
    where = urls_of(installation, owner_url)
    host = await stack.enter_async_context(host_on(installation, where, workers=True))
    # lazy: loaded already, while PostgreSQL started
    from rustok.app.lifecycle.reassembly import Reassembled
    from rustok.app.processes.application import application
    from rustok.app.processes.http_server import HttpServer
    from rustok.app.workers import all_workers

    assembled = Reassembled(host, all_workers)
    in_development = platform.env == "development"
    if with_demo and in_development and await demo.is_wanted(host, platform.home_path):
        _say("Filling the empty database with the demo ...")
        await demo.load(host, platform.home_path)
        await assembled.workers.settle()
    edge = application(host)
    server = HttpServer(edge, listener, leave=edge.leave, drain_seconds=platform.stop_seconds)
    await stack.enter_async_context(telling(host, "run"))
    await stack.enter_async_context(answering(platform.home_path, host.get(HealthChecks)))
    record = ProcessRecord(
        kind="run", pid=os.getpid(), started_at=SystemClock().now(), address=address(listener)
    )
    stack.enter_context(registered(platform.home_path, record))
    await _welcome(installation, host, listener)
    return {"http": server.run, "workers": assembled.run, **parts}


async def _database(
    installation: Installation, stack: AsyncExitStack
) -> tuple[str, dict[str, Part]]:
    """The owner's URL, and what keeps an embedded server running."""
    platform = installation.config.platform
    if platform.database_url:
        _load_what_serves(installation)
        return platform.database_url, {}
    own = OwnServer(platform)
    stack.callback(own.stop)
    starting = asyncio.create_task(asyncio.to_thread(own.start))
    await asyncio.sleep(0)
    _load_what_serves(installation)
    return await database_url(await starting), {"postgres": own.watch}


def _load_what_serves(installation: Installation) -> None:
    # lazy: loading takes longer than PostgreSQL's start, beside which it happens
    import rustok.app.processes.http_server
    import rustok.app.workers  # noqa: F401  # loaded for _start
    from rustok.app.processes.application import load_parts

    load_parts(installation.modules)


async def _welcome(installation: Installation, host: Host, listener: socket.socket) -> None:
    platform = installation.config.platform
    port: int = listener.getsockname()[1]
    tenants = await host.get(TenantDirectory).all()
    _say(welcome(platform, port, tenants, demo.sign_ins(platform.home_path)))


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # the command's own words, for who typed it
