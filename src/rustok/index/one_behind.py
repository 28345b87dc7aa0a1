"""One step of work under way while the next is prepared."""

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Self


class OneBehind:
    """Runs steps one after the other, each in a task of its own, which `begin` does not wait for.

    The block ends when the last step has; where the block fails, the step under way is cancelled,
    and has ended before anybody else can use what it uses.
    """

    def __init__(self) -> None:
        self._step: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Enters the block."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Waits for the last step; raises what it raised, unless the block itself failed."""
        if error is None:
            await self.end()
        elif self._step is not None:
            self._step.cancel()
            await asyncio.wait([self._step])

    async def begin(self, step: Coroutine[None, None, None]) -> None:
        """Waits for the step before, and starts this one; raises what the one before raised."""
        try:
            await self.end()
        except BaseException:
            step.close()
            raise
        self._step = asyncio.create_task(step)

    async def end(self) -> None:
        """Waits for the step under way; raises what it raised."""
        step, self._step = self._step, None
        if step is not None:
            await step
