"""Processes of the rig: started, killed, stopped in their tracks, and started again."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_PAUSE_SECONDS = 0.2
_STOP_SECONDS = 20.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Account(NamedTuple):
    """Whom a process runs as, where that is not the rig's own account."""

    uid: int
    gid: int


class Child:
    """A process that is started again whenever it ends, until it is asked to stop.

    `command` and `environment` count from the next start on. Whatever happens to the rig, the
    kernel ends the process with it.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        *,
        account: Account | None = None,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.environment = dict(environment)
        self.log = log
        self.starts = 0
        self.ends: list[int] = []
        """How each process before the present one ended, as `subprocess` says it."""
        self._account = account
        self._process: asyncio.subprocess.Process | None = None
        self._started = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """Of the process that runs now; None between two."""
        process = self._process
        return None if process is None or process.returncode is not None else process.pid

    async def start(self) -> None:
        """Starts it and keeps it; returns once there is a process. Raises OSError."""
        self._stopping.clear()
        self._started.clear()
        self._keeping = asyncio.create_task(self._keep(), name=self.name)
        started = asyncio.create_task(self._started.wait())
        await asyncio.wait({self._keeping, started}, return_when=asyncio.FIRST_COMPLETED)
        started.cancel()
        if self._keeping.done():
            self._keeping.result()

    def send(self, number: signal.Signals) -> bool:
        """Sends a signal; whether there was a process to get it."""
        pid = self.pid
        if pid is None:
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, number)
            return True
        return False

    def kill(self) -> bool:
        """Ends it without any warning; whether there was a process."""
        return self.send(signal.SIGKILL)

    async def kill_soon(self) -> None:
        """The same; where there is no process, because it has just ended, the next one."""
        while not self.kill():  # noqa: ASYNC110  # processes come and go
            await asyncio.sleep(0.02)

    async def stop(self, *, number: signal.Signals = signal.SIGTERM) -> None:
        """Asks it to end, and waits; one that takes longer than 20 s is killed."""
        self._stopping.set()
        self.send(signal.SIGCONT)
        self.send(number)
        if self._keeping is None:
            return
        _, late = await asyncio.wait({self._keeping}, timeout=_STOP_SECONDS)
        if late:
            self.kill()
            await asyncio.wait({self._keeping})
        self._keeping = None

    async def restart(self, *, number: signal.Signals = signal.SIGTERM) -> None:
        """Ends it, and starts it with the command and environment of now."""
        await self.stop(number=number)
        await self.start()

    def said(self) -> str:
        """The end of what all its processes have written."""
        return self.log.read_text(errors="replace")[-20_000:] if self.log.exists() else ""

    async def _keep(self) -> None:
        while not self._stopping.is_set():
            self._process = await self._spawn()
            self.starts += 1
            self._started.set()
            if self._stopping.is_set():
                self.send(signal.SIGTERM)
            self.ends.append(await self._process.wait())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _PAUSE_SECONDS)

    async def _spawn(self) -> asyncio.subprocess.Process:
        account = self._account
        with self.log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *self.command,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_end_with_parent,
                user=None if account is None else account.uid,
                group=None if account is None else account.gid,
                extra_groups=None if account is None else [],
            )


def _end_with_parent() -> None:
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
