"""The life of a worker: work while there is work, wait to be woken, look by itself, survive."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from rustok.outbox.wakeups import Bell

_log = structlog.get_logger("rustok.outbox")
FIRST_PAUSE_SECONDS = 0.1
MOST_PAUSE_SECONDS = 5.0


class Loop:
    """Calls `step` until it is stopped. `step` says whether it found something to do.

    A failing step is repeated after a pause that doubles from 0.1 to 5 seconds.
    """

    def __init__(
        self, name: str, step: Callable[[], Awaitable[bool]], bell: Bell, *, poll_seconds: float
    ) -> None:
        self._name = name
        self._step = step
        self._bell = bell
        self._poll_seconds = poll_seconds
        self._stopped = asyncio.Event()
        self._failures = 0

    async def run(self) -> None:
        """Returns when stopped, after the step that is under way."""
        with self._bell.listen() as woken:
            stopping = asyncio.create_task(self._wake_at_stop(woken))
            try:
                while not self._stopped.is_set():
                    woken.clear()
                    await self._turn(woken)
            finally:
                stopping.cancel()

    def stop(self) -> None:
        """Ends `run` gracefully."""
        self._stopped.set()

    async def _turn(self, woken: asyncio.Event) -> None:
        try:
            found = await self._step()
        except Exception as error:  # noqa: BLE001  # a worker outlives whatever it meets; it is logged
            pause = min(FIRST_PAUSE_SECONDS * 2 ** min(self._failures, 10), MOST_PAUSE_SECONDS)
            self._failures += 1
            _log.exception("worker_failed", worker=self._name, error=str(error), pause=pause)
            await _wait(self._stopped, pause)
            return
        self._failures = 0
        if not found and not self._stopped.is_set():
            await _wait(woken, self._poll_seconds)

    async def _wake_at_stop(self, woken: asyncio.Event) -> None:
        await self._stopped.wait()
        woken.set()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
