"""Waiting until the log is quiet: for tests and commands."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from rustok.core.db import Database
from rustok.outbox import repository
from rustok.outbox.consumers import ConsumerRunner
from rustok.outbox.platform import PLATFORM
from rustok.outbox.sequencer import Sequencer
from rustok.outbox.wakeups import Wakeups

LOOK_SECONDS = 0.01


async def drain(sequencer: Sequencer, runners: Sequence[ConsumerRunner]) -> None:
    """Does all the work there is, here: until nothing is unsequenced, unapplied or due."""
    while True:
        worked = await sequencer.drain() > 0
        for runner in runners:
            worked |= await runner.drain()
        if not worked:
            return


async def settle(
    worker: Database, wakeups: Wakeups, consumers: Sequence[str], *, seconds: float = 30.0
) -> None:
    """Waits until others have sequenced all that is committed and the consumers have passed it.

    An event that waits for its retry, or is dead, counts as passed. Raises TimeoutError.
    """

    async def unsequenced() -> bool:
        async with worker.read(PLATFORM) as session:
            return await session.one(repository.UNSEQUENCED_UP_TO, mark=mark)

    async def behind() -> bool:
        async with worker.read(PLATFORM) as session:
            return bool(await session.all(repository.BEHIND, consumers=list(consumers), mark=head))

    async with asyncio.timeout(seconds):
        async with worker.read(PLATFORM) as session:
            mark = await session.maybe(repository.LAST_UNSEQUENCED) or 0
        with wakeups.sequenced.listen() as event:
            await _wait_while(unsequenced, event)
        async with worker.read(PLATFORM) as session:
            head = await session.one(repository.HEAD)
        with wakeups.passed.listen() as event:
            await _wait_while(behind, event)


async def _wait_while(condition: Callable[[], Awaitable[bool]], event: asyncio.Event) -> None:
    event.clear()
    while await condition():
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await event.wait()
        except TimeoutError:
            continue
        event.clear()
