"""Ends a handler that keeps the whole process waiting: one that runs on and never awaits."""

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import CodeType, FrameType

SIGNAL = signal.SIGVTALRM
_LOOK_SECONDS = 0.25


class HandlerStuck(BaseException):
    """Raised inside a handler that did not let the event loop run for too long.

    No Exception: code that goes on whatever happens would go on for ever.
    """


class StuckGuard:
    """Watches from a thread whether the event loop runs, and interrupts the one that keeps it.

    Only what is called by the code given to `guarding` is interrupted, and only in a program's
    main thread; elsewhere nothing is watched.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ticked_at = monotonic()
        self._codes: set[CodeType] = set()
        self._ended = threading.Event()

    def guard(self, code: CodeType) -> None:
        """Allows an interruption below the frames of this code."""
        self._codes.add(code)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """The block in which the running event loop is watched."""
        main = threading.main_thread()
        if threading.current_thread() is not main or sys.gettrace() is not None:
            yield
            return
        loop = asyncio.get_running_loop()
        before = signal.signal(SIGNAL, self._interrupt)
        thread = threading.Thread(target=self._watch, args=(main.ident,), daemon=True)
        self._ended.clear()
        self._tick(loop)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            signal.signal(SIGNAL, before)

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._ticked_at = monotonic()
        if not self._ended.is_set():
            loop.call_later(_LOOK_SECONDS, self._tick, loop)

    def _watch(self, main: int) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            if self._is_stuck():
                signal.pthread_kill(main, SIGNAL)

    def _is_stuck(self) -> bool:
        return monotonic() - self._ticked_at > self._seconds

    def _interrupt(self, _number: int, frame: FrameType | None) -> None:
        if not self._is_stuck():
            return
        while frame is not None:
            if frame.f_code in self._codes:
                self._ticked_at = monotonic()
                raise HandlerStuck(f"The handler kept the process for {self._seconds:g} s.")
            frame = frame.f_back
