"""Reading what comes next while something is made, and writing what came before."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

B = TypeVar("B")
R = TypeVar("R")
S = TypeVar("S")


async def ahead(
    batches: Iterable[B],
    sources: Sequence[S],
    read: Callable[[S, B], Coroutine[Any, Any, R]],
) -> AsyncGenerator[tuple[B, R], None]:
    """Each batch in order with what is read of it; as many are under way as there are sources.

    A source serves one at a time. Whoever leaves early closes the generator: what is under way is
    cancelled, and has ended before the sources are anybody else's.
    """
    under_way: deque[tuple[B, asyncio.Task[R]]] = deque()
    try:
        for number, batch in enumerate(batches):
            if len(under_way) == len(sources):
                before, task = under_way.popleft()
                yield before, await task
            source = sources[number % len(sources)]
            under_way.append((batch, asyncio.create_task(read(source, batch))))
        while under_way:
            before, task = under_way.popleft()
            yield before, await task
    finally:
        left = [task for _, task in under_way]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)


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
