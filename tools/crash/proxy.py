"""A TCP proxy that misbehaves when told to: between a process and what it depends on."""

import asyncio
import random
import socket
import struct
from contextlib import suppress
from typing import Literal

from tools.crash.wire import LISTEN, NotificationFilter

Trouble = Literal["latency", "slow", "half_open", "cut", "deaf"]
_CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)


class Link:
    """One connection through the proxy, in both directions."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.writers = (client, server)
        self.lost = False
        """Nothing passes any more, and neither side is told."""
        self.filter: NotificationFilter | None = None

    def reset(self) -> None:
        """Ends both sides by RST."""
        for writer in self.writers:
            _reset(writer)


class FaultProxy:
    """Passes connections on to an address. Faults can be combined; `heal` ends them all.

    - `latency`: each piece of data arrives so many seconds later, give or take a half
    - `slow`: so many bytes a second in each direction
    - `half_open`: connections stay, nothing passes; those that were there stay dead for good
    - `cut`: connections are reset, and so are new ones
    - `deaf`: PostgreSQL's notifications are swallowed, everything else passes
    """

    def __init__(self, host: str, port: int, chance: random.Random) -> None:
        self._target = (host, port)
        self._chance = chance
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._troubles: dict[Trouble, float] = {}
        self.swallowed = 0
        """How many notifications were swallowed."""

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listens on a free port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def stop(self) -> None:
        """Ends all connections and listens no more."""
        if self._server is not None:
            self._server.close()
        self.reset()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def trouble(self, kind: Trouble, amount: float = 0.0) -> None:
        """Begins a fault: seconds for `latency`, bytes a second for `slow`."""
        self._troubles[kind] = amount
        if kind == "half_open":
            for link in self._links:
                link.lost = True
        if kind == "cut":
            self.reset()

    def heal(self) -> None:
        """Ends every fault for connections to come, and for those that are not lost."""
        self._troubles.clear()

    def reset(self) -> None:
        """Ends every connection by RST; new ones are accepted."""
        for link in list(self._links):
            link.reset()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.CancelledError):
            return
        finally:
            _reset(writer)
            self._tasks.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if "cut" in self._troubles:
            return
        if "half_open" in self._troubles:
            while await reader.read(_CHUNK):
                continue
            return
        back_reader, back = await asyncio.open_connection(*self._target)
        link = Link(writer, back)
        self._links.add(link)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(link, reader, back, from_client=True))
                group.create_task(self._pump(link, back_reader, writer, from_client=False))
        except* OSError:
            link.reset()
        finally:
            self._links.discard(link)
            _reset(back)

    async def _pump(
        self,
        link: Link,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        from_client: bool,
    ) -> None:
        while data := await reader.read(_CHUNK):
            await self._delay(len(data))
            if link.lost:
                continue
            if from_client and link.filter is None and LISTEN in data:
                link.filter = NotificationFilter()
            elif not from_client and link.filter is not None:
                data = self._filtered(link.filter, data)
            writer.write(data)
            await writer.drain()
        if link.lost:  # a peer that went away is not heard of behind a dead line
            await asyncio.Event().wait()
        with suppress(OSError, RuntimeError):
            writer.write_eof()

    async def _delay(self, size: int) -> None:
        latency = self._troubles.get("latency")
        if latency is not None:
            await asyncio.sleep(latency * self._chance.uniform(0.5, 1.5))
        rate = self._troubles.get("slow")
        if rate is not None:
            await asyncio.sleep(size / rate)

    def _filtered(self, notifications: NotificationFilter, data: bytes) -> bytes:
        before = notifications.dropped
        passed = notifications.feed(data, drop="deaf" in self._troubles)
        self.swallowed += notifications.dropped - before
        return passed


def _reset(writer: asyncio.StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    with suppress(OSError):
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
