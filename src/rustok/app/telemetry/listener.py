"""A small server for whoever watches a process: its numbers and its health, on a port of its own.

It is what workers answer on, which serve nothing else, and where an API's numbers can be had that
must not be reached from outside.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import msgspec
import structlog

from rustok import __version__
from rustok.app.edge.asgi import Receive, Scope, Send, answer
from rustok.app.processes.http_server import HttpServer
from rustok.app.processes.listener import address, listen
from rustok.app.telemetry.running import metrics_of
from rustok.core.health import HealthChecks
from rustok.core.host import Host
from rustok.telemetry.metrics import MEDIA_TYPE

_log = structlog.get_logger("rustok.telemetry")
HEALTH: Final = "application/health+json"
READY: Final = frozenset({"/health", "/health/ready"})


class Watchers:
    """The application: three paths, by GET."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            return
        status, media, body = await self._answer(scope["method"], scope["path"])
        await answer(send, status, {"content-type": media, "cache-control": "no-store"}, body)

    async def _answer(self, method: str, path: str) -> tuple[int, str, bytes]:
        if method not in {"GET", "HEAD"}:
            return 405, "text/plain", b""
        if path == "/metrics":
            metrics = metrics_of(self._host)
            await metrics.refresh()
            return 200, MEDIA_TYPE, metrics.text()
        if path == "/health/live":
            return 200, HEALTH, b'{"status":"pass"}'
        if path in READY:
            report = await self._host.get(HealthChecks).report()
            known = {**msgspec.structs.asdict(report), "version": __version__}
            return 200 if report.ready else 503, HEALTH, msgspec.json.encode(known)
        return 404, "text/plain", b""


@asynccontextmanager
async def answering(host: Host, bind: str, port: int) -> AsyncIterator[str]:
    """Answers for the duration of the block, at the address that it gives.

    Raises PortTaken, AddressUnusable.
    """
    stopping = asyncio.Event()
    with listen(bind, port) as listener:
        at = address(listener)
        server = HttpServer(Watchers(host), listener)
        running = asyncio.create_task(server.run(stopping), name="watchers")
        _log.info("numbers_at", address=at)
        try:
            yield at
        finally:
            stopping.set()
            await running
