"""Read-your-writes: waits until a consumer has passed an event."""

import asyncio

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.outbox import repository
from rustok.outbox.repository import Passing
from rustok.outbox.wakeups import Wakeups

WAIT_SECONDS = 2.0
FIRST_LOOK_SECONDS = 0.002
MOST_LOOK_SECONDS = 0.05
LARGEST_TOKEN = 2**63 - 1


class Progress:
    """Implements the LogProgress port."""

    def __init__(
        self, db: Database, wakeups: Wakeups, *, wait_seconds: float = WAIT_SECONDS
    ) -> None:
        self._db = db
        self._wakeups = wakeups
        self._wait_seconds = wait_seconds

    async def passed(self, ctx: Context, consumer: str, token: int) -> bool:
        """Waits up to 2 s; whether the consumer has applied the event that the token names.

        At once False for a token that names no event of the tenant, and where the consumer failed
        on the event.
        """
        if not 0 < token <= LARGEST_TOKEN:
            return False
        try:
            async with asyncio.timeout(self._wait_seconds):
                return await self._wait(ctx, consumer, token)
        except TimeoutError:
            return False

    async def _wait(self, ctx: Context, consumer: str, token: int) -> bool:
        pause = FIRST_LOOK_SECONDS
        with self._wakeups.passed.listen() as moved:
            while True:
                moved.clear()
                passing = await self._look(ctx, consumer, token)
                if passing is None or passing.parked:
                    return False
                if passing.position is not None and passing.reached >= passing.position:
                    return True
                try:
                    async with asyncio.timeout(pause):
                        await moved.wait()
                except TimeoutError:
                    pause = min(pause * 1.5, MOST_LOOK_SECONDS)

    async def _look(self, ctx: Context, consumer: str, token: int) -> Passing | None:
        async with self._db.read(ctx) as session:
            return await session.maybe(repository.PASSING, consumer=consumer, token=token)
