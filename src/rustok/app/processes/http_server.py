"""Granian inside this process's event loop, on a socket of our own."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.server.embed import Server

from rustok.app.processes.listener import BACKLOG

DRAIN_SECONDS = 8.0

Leave = Callable[[], Awaitable[None]]


class HttpServer(Server):
    """Serves an ASGI application until stopped; then it accepts no more and finishes the rest.

    `leave` ends what would go on for ever; Granian itself cuts WebSockets without a word.
    """

    _shd: Any
    _sfd: Any

    def __init__(
        self,
        application: Any,
        listener: socket.socket,
        *,
        leave: Leave | None = None,
        drain_seconds: float = DRAIN_SECONDS,
    ) -> None:
        super().__init__(application, interface=Interfaces.ASGI, backlog=BACKLOG, log_enabled=False)
        self._listener = listener
        self._leave = leave
        self._drain_seconds = drain_seconds

    async def run(self, stopping: asyncio.Event) -> None:
        """Serves; requests that run when it stops are given `drain_seconds`."""
        serving = asyncio.create_task(self.serve(), name="http")
        asked = asyncio.create_task(stopping.wait())
        await asyncio.wait({serving, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if self._leave is not None and not serving.done():
            await self._leave()
        end: Any = self.stop  # untyped
        end()
        try:
            async with asyncio.timeout(self._drain_seconds):
                await serving
        except TimeoutError:
            return

    def _init_shared_socket(self) -> None:
        # Granian's own would share its port with whoever asks for it, and not tell its number.
        holder: Any = SocketHolder  # takes what its stub does not say
        is_unix = False
        self._sfd = self._listener.detach()  # the holder closes it
        self._shd = holder(self._sfd, is_unix, BACKLOG)
