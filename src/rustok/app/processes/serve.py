"""`rustok serve`: the API alone; any number may run on one database."""

import asyncio
import socket
from contextlib import AsyncExitStack

import msgspec
import uvloop

from rustok.app.limits.among import among
from rustok.app.processes.answering import answering
from rustok.app.processes.application import application
from rustok.app.processes.database import host_on, standing_urls
from rustok.app.processes.http_server import HttpServer
from rustok.app.processes.installation import Installation
from rustok.app.processes.joining import joined
from rustok.app.processes.listener import address, listen
from rustok.app.processes.places import Place
from rustok.app.processes.shutdown import Shutdown, run_together
from rustok.app.processes.watchdog import watched
from rustok.app.telemetry.running import telling
from rustok.core.health import HealthChecks


def serve(installation: Installation, place: Place | None = None) -> None:
    """Serves until asked to end, alone or in a place among the children of a process.

    Raises PortTaken, DatabaseNotRunning, DatabaseNotCurrent.
    """
    platform = installation.config.platform
    with listen(platform.bind, platform.port) if place is None else place.socket() as listener:
        uvloop.run(_until_asked(installation, listener, place))


async def _until_asked(
    installation: Installation, listener: socket.socket, place: Place | None
) -> None:
    shutdown = Shutdown()
    async with AsyncExitStack() as stack:
        try:
            with shutdown.starting():
                server = await _start(installation, listener, stack, place)
        except asyncio.CancelledError:
            if shutdown.asked.is_set():
                return
            raise
        with watched(installation.config.platform.watchdog_seconds):
            await run_together(shutdown, http=server.run)


async def _start(
    installation: Installation,
    listener: socket.socket,
    stack: AsyncExitStack,
    place: Place | None,
) -> HttpServer:
    config = among(installation.config, None if place is None else place.children)
    installation = msgspec.structs.replace(installation, config=config)
    platform = config.platform
    where = await stack.enter_async_context(standing_urls(installation))
    # only in development the API itself lists tenants, which is the worker role's right
    workers = platform.env == "development"
    host = await stack.enter_async_context(host_on(installation, where, workers=workers))
    edge = application(host)
    server = HttpServer(edge, listener, leave=edge.leave, drain_seconds=platform.stop_seconds)
    await stack.enter_async_context(telling(host, "serve"))
    at = address(listener)
    await stack.enter_async_context(answering(platform.home_path, host.get(HealthChecks)))
    stack.enter_context(joined(host, platform.home_path, "serve", at, place))
    if place is None:
        print(f"Serving http://{at}/", flush=True)  # noqa: T201  # for who typed the command
    return server
