"""Ending in good order on SIGTERM and SIGINT."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from rustok.app.processes.errors import PartEnded
from rustok.app.processes.garbage import collect_seldom

Part = Callable[[asyncio.Event], Awaitable[None]]


class Shutdown:
    """Hears the signals: what is starting is cancelled, what runs is asked to end."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self._starting: asyncio.Task[object] | None = None
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ask)

    @contextmanager
    def starting(self) -> Iterator[None]:
        """The block that a signal cancels.

        What it loads stays, so that looking for garbage in it is left out: a tenth of the time.
        """
        self._starting = asyncio.current_task()
        gc.disable()
        try:
            yield
        finally:
            self._starting = None
            collect_seldom()

    def _ask(self) -> None:
        self.asked.set()
        if self._starting is not None:
            self._starting.cancel()


async def run_together(shutdown: Shutdown, **parts: Part) -> None:
    """Runs the parts until asked to end; when one ends by itself, all do, and PartEnded is raised.

    Each part gets the event that asks it to end, and returns when it has.
    """
    tasks = {
        asyncio.create_task(_awaited(part, shutdown.asked), name=name)
        for name, part in parts.items()
    }
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    early = None if shutdown.asked.is_set() else done.pop()
    shutdown.asked.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    if early is not None:
        raise PartEnded(f"The part {early.get_name()} ended by itself; the log says why.")


async def _awaited(part: Part, asked: asyncio.Event) -> None:
    await part(asked)
