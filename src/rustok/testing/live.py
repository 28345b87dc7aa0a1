"""The real program in processes of its own, on a test's database."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from rustok.app.processes.registry import running
from rustok.app.settings import COMMON_NAMES
from rustok.core.settings import PREFIX
from rustok.testing.databases import SECRET, TestDatabase

START_SECONDS = 60.0
STOP_SECONDS = 20.0
_TELLS_ALL = {"PYTHONFAULTHANDLER": "1"}


class Finished(msgspec.Struct, frozen=True):
    """How a command ended, and what it said."""

    code: int
    output: str
    errors: str


class LiveServer(msgspec.Struct, frozen=True):
    """A server that answers; `url` has no slash at its end, `said` grows while it runs."""

    url: str
    pid: int
    home: Path
    environment: Mapping[str, str]
    said: Sequence[str]

    def tenant_url(self, slug: str) -> str:
        """Where a tenant is reached by path, without depending on names of hosts."""
        return f"{self.url}/t/{slug}"

    async def rustok(self, *arguments: str, given: str = "") -> Finished:
        """Runs a command beside the server."""
        return await rustok(self.environment, *arguments, given=given)


def environment(database: TestDatabase | None, home: Path) -> dict[str, str]:
    """Variables for a process of the program: nothing of the platform's but what is named here.

    Without a database the process has the embedded one of the home.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(PREFIX) and name not in COMMON_NAMES
    }
    own = {"RUSTOK_HOME": str(home), "PORT": "0", "LOG_LEVEL": "WARNING"} | _TELLS_ALL
    if database is not None:
        own |= {
            "SECRET_KEY": SECRET,
            "DATABASE_URL": database.owner_url,
            "RUSTOK_DATABASE__RUNTIME_URL": database.runtime_url,
            "RUSTOK_DATABASE__WORKER_URL": database.worker_url,
        }
    return kept | own


async def rustok(environ: Mapping[str, str], *arguments: str, given: str = "") -> Finished:
    """Runs `rustok` with the arguments to its end; `given` is its standard input."""
    process = await asyncio.create_subprocess_exec(
        *_command(arguments), env=environ, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    async with asyncio.timeout(START_SECONDS):
        output, errors = await process.communicate(given.encode())
    assert process.returncode is not None
    return Finished(process.returncode, output.decode(), errors.decode())


@asynccontextmanager
async def serving(
    database: TestDatabase | None,
    home: Path,
    *arguments: str,
    also: Mapping[str, str] | None = None,
) -> AsyncIterator[LiveServer]:
    """`rustok run --no-demo` (or the given arguments) for the duration of the block.

    `also` are further variables. Raises AssertionError with what the program said where it ends
    instead of serving.
    """
    chosen = arguments or ("run", "--no-demo")
    environ = environment(database, home) | dict(also or {})
    process = await asyncio.create_subprocess_exec(
        *_command(chosen), env=environ, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
    )
    said: list[str] = []
    listening = asyncio.create_task(_listen(process, said))
    try:
        try:
            async with asyncio.timeout(START_SECONDS):
                address = await _address(process, home, listening, said)
        except TimeoutError as error:
            process.send_signal(signal.SIGABRT)  # it says where it is
            await asyncio.wait({listening}, timeout=STOP_SECONDS)
            words = "".join(said)
            raise AssertionError(f"rustok does not serve in {START_SECONDS} s:\n{words}") from error
        yield LiveServer(f"http://{address}", process.pid, home, environ, said)
    finally:
        await _stop(process)
        await listening


def _command(arguments: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "rustok", *arguments]


async def _listen(process: Process, said: list[str]) -> None:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        said.append(line.decode(errors="replace"))


async def _address(
    process: Process, home: Path, listening: asyncio.Task[None], said: list[str]
) -> str:
    """Where the process listens; it says so in its home once it is ready."""
    while process.returncode is None:
        for record in running(home):
            if record.pid == process.pid:
                return record.address or ""
        await asyncio.sleep(0.02)
    await listening
    raise AssertionError(f"rustok ended with {process.returncode}:\n{''.join(said)}")


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
