"""Ten ways in which a handler fails its event, its worker or the process it runs in."""

import asyncio
import os
import resource
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from rustok.core.db import WriteSession
from tools.crash.module.repository import BROKEN

_MORE_BYTES = 512 * 1024 * 1024
_PIECE = 16 * 1024 * 1024


async def raises(_session: WriteSession) -> None:
    """A bug, told in words that no database can keep."""
    raise KeyError("what should be there\0\ud800" * 1_000)


async def hangs(_session: WriteSession) -> None:
    """Waits for what never comes."""
    await asyncio.Event().wait()


async def spins(_session: WriteSession) -> None:
    """Never gives the event loop back."""
    while True:
        pass


async def recurses(session: WriteSession) -> None:
    """Calls itself until the stack is full."""
    await recurses(session)


async def eats(_session: WriteSession) -> None:
    """Takes memory until there is no more: what the operator allows is all there is."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: ASYNC230, PTH123  # procfs
        now = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + _MORE_BYTES, resource.RLIM_INFINITY))
    eaten = []
    try:
        while True:
            eaten.append(bytearray(_PIECE))
    finally:
        eaten.clear()
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def exits(_session: WriteSession) -> None:
    """Ends the process without a word."""
    os._exit(3)


async def dies(_session: WriteSession) -> None:
    """Is killed, as by the kernel for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    await asyncio.Event().wait()


async def swallows(session: WriteSession) -> None:
    """Hides an error of the database, whose transaction is lost with it."""
    with suppress(Exception):
        await session.one(BROKEN, zero=0)


async def cancels(_session: WriteSession) -> None:
    """Cancels the task it runs in."""
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(0)


async def babbles(session: WriteSession) -> None:
    """Hands in garbage as its result."""
    garbage: Any = object()
    session.record(garbage, aggregate_id=uuid4(), aggregate_version=1)


Poison = Callable[[WriteSession], Awaitable[None]]
POISONS: dict[str, Poison] = {
    made.__name__: made
    for made in (
        raises,
        hangs,
        spins,
        recurses,
        eats,
        exits,
        dies,
        swallows,
        cancels,
        babbles,
    )
}
