"""Each process tells whoever asks at its socket in the home how it is, listening or not."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import msgspec
import structlog

from rustok.app.processes.registry import socket_path
from rustok.core.health import HealthChecks

_log = structlog.get_logger("rustok.processes")
LONGEST: Final = 100
"""Addresses of sockets are short, by the kernel's leave; homes may be deep."""


@asynccontextmanager
async def answering(home: Path, checks: HealthChecks) -> AsyncIterator[None]:
    """Answers with the process's report while the block runs; where it cannot, nobody is told."""
    path = socket_path(home, os.getpid())

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(msgspec.json.encode(await checks.report()))
            await writer.drain()
        except OSError as error:  # who asked has gone
            _log.debug("health_not_told", error=str(error))
        finally:
            writer.close()

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with _short(path) as address:
            server = await asyncio.start_unix_server(answer, path=address)
    except OSError as error:
        _log.warning("health_socket_failed", path=str(path), error=str(error))
        yield
        return
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)


def told_by(home: Path, pid: int, limit_seconds: float) -> bytes | None:
    """What the process says of itself, None where it has no socket; raises OSError."""
    path = socket_path(home, pid)
    return _read(path, limit_seconds) if path.exists() else None


def _read(path: Path, limit_seconds: float) -> bytes:
    with socket.socket(socket.AF_UNIX) as asking, _short(path) as address:
        asking.settimeout(limit_seconds)
        asking.connect(address)
        parts = []
        while part := asking.recv(65_536):
            parts.append(part)
    return b"".join(parts)


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A way to the path that is short enough for a socket's address."""
    if len(os.fsencode(path)) <= LONGEST or not Path("/proc/self/fd").is_dir():
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
