"""Runs one execution to its end on a loop of its own, opening the gates of its world."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import msgspec
from graphql import ExecutionResult

from tests.gql.oracle.worlds import World

Execute = Callable[..., Any]
"""graphql-core's `execute`, or one that takes its place."""


class Stuck(Exception):
    """An execution waits for nothing that could happen."""


class Runner:
    """An event loop that runs one execution after the other."""

    def __init__(self) -> None:
        self._loop = asyncio.SelectorEventLoop()
        self._loop.set_exception_handler(lambda _loop, _context: None)

    def close(self) -> None:
        self._loop.close()

    def run(self, start: Callable[[], Any], world: World) -> Any:
        """Start an execution and return its result. Raises Stuck for one that never ends."""
        return self._loop.run_until_complete(self._run(start, world))

    async def _run(self, start: Callable[[], Any], world: World) -> Any:
        started = start()
        if not inspect.isawaitable(started):
            await self._settle(world)
            return started
        task = asyncio.ensure_future(_awaited(started))
        await self._quiet()
        while not task.done():
            if not world.release():
                task.cancel()
                raise Stuck
            await self._quiet()
        await self._settle(world)
        return task.result()

    async def _settle(self, world: World) -> None:
        """Let what goes on in the background come to an end."""
        await self._quiet()
        while world.release():
            await self._quiet()

    async def _quiet(self) -> None:
        """Wait until the loop has nothing to do but this."""
        ready: Any = self._loop._ready  # type: ignore[attr-defined]  # there is no public way
        await asyncio.sleep(0)
        while ready:  # noqa: ASYNC110 - the loop has no event for having nothing to do
            await asyncio.sleep(0)


async def _awaited(value: Any) -> Any:
    return await value


class Answer(msgspec.Struct, frozen=True):
    """What came of an execution: its result, or what it raised, and which resolvers it called."""

    result: ExecutionResult | None
    raised: str | None
    calls: tuple[str, ...]
