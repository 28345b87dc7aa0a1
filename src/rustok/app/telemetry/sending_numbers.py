"""Sends the numbers of a process to a collector, from time to time and at its end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from threading import Thread
from typing import Final

import structlog

from rustok import __version__
from rustok.core.metrics import Metrics
from rustok.telemetry.export import Numbers, resource
from rustok.telemetry.sending import Guard

LAST_SECONDS: Final = 2.0
"""How long a process that ends waits for its last numbers to be gathered and taken."""
_log = structlog.get_logger("rustok.telemetry")


@asynccontextmanager
async def sending_numbers(
    shown: Callable[[], Metrics], kind: str, guard: Guard, interval_seconds: float
) -> AsyncIterator[None]:
    """Sends them every so many seconds of the block, and once after it."""
    numbers = Numbers(resource(kind, __version__))
    numbers.guard(guard)

    async def send() -> None:
        metrics = shown()
        try:
            await metrics.refresh()
            # read here, where nobody counts meanwhile
            gathered = numbers.gathered(metrics)
            await _in_thread(lambda: numbers.send(gathered))
        except Exception as error:  # noqa: BLE001  # who watches is no reason to stop
            _log.warning("numbers_not_sent", error=repr(error))

    async def repeat() -> None:
        while True:
            await asyncio.sleep(interval_seconds)
            await send()

    task = asyncio.create_task(repeat(), name="metrics")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await send()
        numbers.close()


async def _in_thread(work: Callable[[], None]) -> None:
    """Waits for work in a thread that, unlike the loop's own, keeps no process from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def finish(error: Exception | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def run() -> None:
        error: Exception | None = None
        try:
            work()
        except Exception as raised:  # noqa: BLE001  # it goes on where it is waited for
            error = raised
        with suppress(RuntimeError):  # the loop has ended without it
            loop.call_soon_threadsafe(finish, error)

    Thread(target=run, name="numbers", daemon=True).start()
    await done
