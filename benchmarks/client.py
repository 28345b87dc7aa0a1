"""A small HTTP client in a process of its own: keeps connections open and asks without a pause.

`python -m benchmarks.client` reads a Task as JSON and prints an Outcome as JSON.
"""

import asyncio
import sys
from time import perf_counter
from typing import cast

import msgspec
import uvloop

SERIAL = b"{serial}"
"""Stands for a number of as many digits, which no two requests of a task share."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask: whole requests in turn, for a time in seconds.

    With a `rate`, so many a second are sent on time, however long the answers take.
    """

    host: str
    port: int
    requests: tuple[bytes, ...]
    connections: int
    seconds: float
    first_serial: int = 0
    rate: float | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it; times in milliseconds, `refused` counts answers of 400 and above."""

    answers: int
    refused: int
    received_bytes: int
    median_ms: float
    p99_ms: float
    first_refused: str = ""


class Load:
    """Hands out requests, and remembers what became of them."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._sent = 0
        self._began = perf_counter()
        self.times: list[float] = []
        self.refused = 0
        self.received = 0
        self.first_refused = ""

    def due(self) -> float | None:
        """In how many seconds the next request is to be sent; None when time is over."""
        passed = perf_counter() - self._began
        if passed >= self._task.seconds:
            return None
        if self._task.rate is None:
            return 0.0
        return max(0.0, self._sent / self._task.rate - passed)

    def request(self) -> bytes:
        """The next request."""
        requests = self._task.requests
        serial = self._task.first_serial + self._sent
        self._sent += 1
        return requests[serial % len(requests)].replace(SERIAL, b"%08d" % serial)

    def outcome(self) -> Outcome:
        """What became of all of them."""
        ordered = sorted(self.times) or [0.0]
        return Outcome(
            answers=len(self.times),
            refused=self.refused,
            received_bytes=self.received,
            median_ms=1000 * ordered[len(ordered) // 2],
            p99_ms=1000 * ordered[int(len(ordered) * 0.99)],
            first_refused=self.first_refused,
        )


class Connection(asyncio.Protocol):
    """One connection: a request, its whole answer, the next request."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._sent_at = 0.0
        self.done: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own class
        self._next()

    def data_received(self, data: bytes) -> None:
        """Notes an answer once it is whole."""
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _content_length(head):
            return
        self._load.times.append(perf_counter() - self._sent_at)
        self._load.received += len(self._buffer)
        if int(head[9:12]) >= 400:
            self._load.refused += 1
            self._load.first_refused = self._load.first_refused or body.decode()
        self._buffer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends, with an error where the server ended it."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError("the server hung up"))

    def _next(self) -> None:
        wait = self._load.due()
        if wait is None:
            self.done.set_result(None)
            self._transport.close()
        elif wait > 0:
            self._loop.call_later(wait, self._next)
        else:
            self._sent_at = perf_counter()
            self._transport.write(self._load.request())


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError(f"an answer without a length: {head!r}")


async def run(task: Task) -> Outcome:
    """Does the task; raises OSError where the server ends a connection."""
    load = Load(task)
    loop = asyncio.get_running_loop()
    connections = [
        (await loop.create_connection(lambda: Connection(load), task.host, task.port))[1]
        for _ in range(task.connections)
    ]
    await asyncio.gather(*(connection.done for connection in connections))
    return load.outcome()


if __name__ == "__main__":
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(given))))
