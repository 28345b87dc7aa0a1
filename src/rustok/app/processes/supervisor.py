"""Keeps child processes running: starts them, again where they end, and ends them in order."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Final

import msgspec
import structlog

from rustok.app.processes.places import ChildKind, Place
from rustok.app.processes.restarts import Restarts

GRACE_SECONDS: Final = 5.0
"""What a child is given besides its own time to end in: for connections, files, and a collector
that does not take its last numbers and spans."""

_PROGRAM: Final = ("-m", "rustok.app.processes.child")
_log = structlog.get_logger("rustok.supervisor")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A child to be kept."""

    kind: ChildKind
    children: int
    listener: int | None = None
    metrics_port: int | None = None


class Supervisor:
    """The children of one process. It never gives one up, and says each time that one ended."""

    def __init__(
        self, wanted: Sequence[Wanted], environ: Mapping[str, str], *, stop_seconds: float
    ) -> None:
        self._wanted = tuple(wanted)
        self._environ = dict(environ)
        self._stop_seconds = stop_seconds
        self._running: set[Process] = set()
        self._unready = len(self._wanted)
        self.ready = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        """Keeps all children running until asked to end, then ends them and waits for it."""
        keeping = [asyncio.create_task(self._keep(wanted, stopping)) for wanted in self._wanted]
        try:
            await asyncio.gather(*keeping)
        finally:
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)
            await self._end_all()

    async def _keep(self, wanted: Wanted, stopping: asyncio.Event) -> None:
        restarts = Restarts()
        was_ready = False
        while not stopping.is_set():
            began = monotonic()
            try:
                process, ready = await self._spawn(wanted, restarts.count)
            except OSError:  # of memory, or of processes, for a while
                pause = restarts.after(0)
                _log.exception("process_not_started", kind=wanted.kind, restart_in=pause)
                await _within(stopping, pause)
                continue
            self._running.add(process)
            telling = asyncio.create_task(self._tell_ready(ready, first=not was_ready))
            if await _ended_first(process, stopping):
                was_ready |= await telling
                self._running.discard(process)
                pause = restarts.after(monotonic() - began)
                _log.error(
                    "process_ended",
                    kind=wanted.kind,
                    child=process.pid,
                    code=process.returncode,
                    restart_in=pause,
                    restarts=restarts.count,
                )
                await _within(stopping, pause)
            telling.cancel()

    async def _spawn(self, wanted: Wanted, restarts: int) -> tuple[Process, int]:
        """The process, and the descriptor on which it says that it works."""
        ready, says = os.pipe()
        place = Place(
            kind=wanted.kind,
            parent=os.getpid(),
            children=wanted.children,
            restarts=restarts,
            ready=says,
            listener=wanted.listener,
            metrics_port=wanted.metrics_port,
        )
        inherited = [says] if wanted.listener is None else [says, wanted.listener]
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *_PROGRAM,
                msgspec.json.encode(place).decode(),
                env=self._environ,
                stdin=DEVNULL,
                pass_fds=inherited,
                start_new_session=True,  # Ctrl-C is for the parent, which tells its children
            )
        except BaseException:
            os.close(ready)
            raise
        finally:
            os.close(says)
        return process, ready

    async def _tell_ready(self, descriptor: int, *, first: bool) -> bool:
        """Whether the child said that it works before it ended."""
        said = await _read(descriptor) == b"1"
        if said and first:
            self._unready -= 1
            if self._unready == 0:
                self.ready.set()
        return said

    async def _end_all(self) -> None:
        processes = tuple(self._running)
        for process in processes:
            _send(process, signal.SIGTERM)
        ending = [asyncio.create_task(process.wait()) for process in processes]
        if not ending:
            return
        _, late = await asyncio.wait(ending, timeout=self._stop_seconds + GRACE_SECONDS)
        if late:
            _log.error("processes_killed", count=len(late), after=self._stop_seconds)
        for process in processes:
            _send(process, signal.SIGKILL)
        await asyncio.gather(*ending)


def _send(process: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        if process.returncode is None:
            process.send_signal(number)


async def _ended_first(process: Process, stopping: asyncio.Event) -> bool:
    """Whether the process ended before anybody asked it to."""
    ended = asyncio.create_task(process.wait())
    asked = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
        return ended.done() and not stopping.is_set()
    finally:
        for task in (ended, asked):
            task.cancel()


async def _within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def _read(descriptor: int) -> bytes:
    """The first byte that comes, or none at the end; closes the descriptor."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[bytes] = loop.create_future()

    def read() -> None:
        if not found.done():
            found.set_result(os.read(descriptor, 1))

    loop.add_reader(descriptor, read)
    try:
        return await found
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
