"""Workers that take in the consumers of a module which came to life late."""

import asyncio
from collections.abc import Callable

import structlog

from rustok.app.workers import Workers
from rustok.core.host import Host
from rustok.core.modules.lifecycle import Standing
from rustok.core.modules.states import ModuleStates

_log = structlog.get_logger("rustok.workers")


class Reassembled:
    """Runs a host's workers, and assembles them anew once a module that failed was built."""

    def __init__(self, host: Host, assemble: Callable[[Host], Workers]) -> None:
        self._host = host
        self._assemble = assemble
        self._late = asyncio.Event()
        self.workers = assemble(host)
        host.get(ModuleStates).listen(self._hear)

    async def run(self, stopping: asyncio.Event) -> None:
        """Works until stopped; what is under way is finished each time."""
        while True:
            ending = asyncio.Event()
            waiting = asyncio.create_task(_either(stopping, self._late, ending))
            try:
                await self.workers.run(ending)
            finally:
                waiting.cancel()
            if stopping.is_set() or not ending.is_set():
                return
            self._late.clear()
            _log.info("workers_reassembled")
            self.workers = self._assemble(self._host)

    def _hear(self, _name: str, before: Standing, after: Standing) -> None:
        if before.state == "failed" and after.state == "initialized":
            self._late.set()


async def _either(one: asyncio.Event, other: asyncio.Event, both: asyncio.Event) -> None:
    tasks = [asyncio.create_task(one.wait()), asyncio.create_task(other.wait())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
    both.set()
