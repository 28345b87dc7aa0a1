"""Ends a process whose event loop stands still, so that another takes over its work.

Handlers that keep the loop are interrupted where they run Python code; this is for all else: a
regular expression, a C library, a deadlock. What cannot be interrupted can only be ended.
"""

import asyncio
import faulthandler
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Final

STUCK: Final = 86
"""The exit code of a process that its watchdog ended."""

_STDERR: Final = 2
_LOOKS: Final = 20
_MOST_LOOK_SECONDS: Final = 1.0
_HARD: Final = 2.0
_DEBUGGERS: Final = ("pydevd", "debugpy")


class Watchdog:
    """A thread that the loop tells of every tick; after too long without one it ends the process.

    A thread of Python waits for whoever holds its lock: should that be what stands still, the
    interpreter's own timer prints the stacks and ends the process at twice the limit, with 1.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._look = min(seconds / _LOOKS, _MOST_LOOK_SECONDS)
        self._ticked_at = monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begins to watch the running event loop."""
        self._wind_up()
        self._tick(asyncio.get_running_loop())
        self._thread.start()

    def stop(self) -> None:
        """Watches no more."""
        self._ended.set()
        self._thread.join()

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._ticked_at = monotonic()
        if not self._ended.is_set():
            loop.call_later(self._look, self._tick, loop)

    def _watch(self) -> None:
        looked_at = monotonic()
        try:
            while not self._ended.wait(self._look):
                self._wind_up()
                now = monotonic()
                if now - looked_at > self._look + self._seconds / 2:
                    self._ticked_at = now  # the whole process was stopped, not the loop alone
                looked_at = now
                if now - self._ticked_at > self._seconds and not _debugged():
                    self._end()
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _wind_up(self) -> None:
        """Puts the interpreter's own timer off."""
        faulthandler.dump_traceback_later(self._seconds * _HARD, exit=True, file=_STDERR)

    def _end(self) -> None:
        what = f"The event loop stood still for {self._seconds:g} s: process {os.getpid()} ends.\n"
        with suppress(OSError):  # whoever reads it may be gone
            os.write(_STDERR, what.encode())
            faulthandler.dump_traceback(_STDERR, all_threads=True)
        os._exit(STUCK)


@contextmanager
def watched(seconds: float) -> Iterator[None]:
    """The block in which the running event loop is watched; not at all for 0, or in a debugger."""
    if seconds <= 0 or _debugged():
        yield
        return
    watchdog = Watchdog(seconds)
    watchdog.start()
    try:
        yield
    finally:
        watchdog.stop()


def _debugged() -> bool:
    return sys.gettrace() is not None or any(name in sys.modules for name in _DEBUGGERS)
