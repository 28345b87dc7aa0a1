"""`rustok serve`: the API alone; any number may run on one database."""

import asyncio
import os
import socket
from contextlib import AsyncExitStack

import uvloop

from rustok.app.processes.application import application
from rustok.app.processes.database import host_on, standing_urls
from rustok.app.processes.http_server import HttpServer
from rustok.app.processes.installation import Installation
from rustok.app.processes.listener import address, listen
from rustok.app.processes.registry import ProcessRecord, registered
from rustok.app.processes.shutdown import Shutdown, run_together
from rustok.app.telemetry.running import telling
from rustok.core.clock import SystemClock


def serve(installation: Installation) -> None:
    """Serves until asked to end; raises PortTaken, DatabaseNotRunning, DatabaseNotCurrent."""
    platform = installation.config.platform
    with listen(platform.bind, platform.port) as listener:
        uvloop.run(_until_asked(installation, listener))


async def _until_asked(installation: Installation, listener: socket.socket) -> None:
    shutdown = Shutdown()
    async with AsyncExitStack() as stack:
        try:
            with shutdown.starting():
                server = await _start(installation, listener, stack)
        except asyncio.CancelledError:
            if shutdown.asked.is_set():
                return
            raise
        await run_together(shutdown, http=server.run)


async def _start(
    installation: Installation, listener: socket.socket, stack: AsyncExitStack
) -> HttpServer:
    platform = installation.config.platform
    where = await stack.enter_async_context(standing_urls(installation))
    # only in development the API itself lists tenants, which is the worker role's right
    workers = platform.env == "development"
    host = await stack.enter_async_context(host_on(installation, where, workers=workers))
    edge = application(host)
    server = HttpServer(edge, listener, leave=edge.leave)
    await stack.enter_async_context(telling(host, "serve"))
    at = address(listener)
    record = ProcessRecord(
        kind="serve", pid=os.getpid(), started_at=SystemClock().now(), address=at
    )
    stack.enter_context(registered(platform.home_path, record))
    print(f"Serving http://{at}/", flush=True)  # noqa: T201  # for who typed the command
    return server
