"""`rustok run` with its embedded PostgreSQL, from the command to the first good answer."""

import asyncio
import socket
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.figures import Figure
from rustok.testing.live import environment

REPEATS = 3
_GIVE_UP_SECONDS = 60.0
_LOOK_SECONDS = 0.005
_ASK = b"GET /health/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"


async def measure(home: Path) -> Figure:
    """Seconds of a warm start, the median of several; the first, cold one is a detail."""
    async with started(home) as (_, cold):
        pass
    warm = []
    for _ in range(REPEATS):
        async with started(home) as (_, seconds):
            warm.append(seconds)
    return Figure(
        name="warm start of rustok run to the first 200",
        measured=median(warm),
        unit="s",
        target=1.2,
        details={"cold_seconds": cold},
    )


@asynccontextmanager
async def started(home: Path) -> AsyncIterator[tuple[int, float]]:
    """The process's id, and how many seconds passed until it answered."""
    port = _free_port()
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "rustok", "run", "--no-demo", "--port", str(port)),
        env=environment(None, home),
        stdout=DEVNULL,
    )
    try:
        async with asyncio.timeout(_GIVE_UP_SECONDS):
            await _answered(port)
        yield process.pid, perf_counter() - began
    finally:
        process.terminate()
        await process.wait()


async def _answered(port: int) -> None:
    while True:
        if await _answers(port):
            return
        await asyncio.sleep(_LOOK_SECONDS)


async def _answers(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.write(_ASK)
    status = await reader.readline()
    writer.close()
    return b" 200 " in status


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
