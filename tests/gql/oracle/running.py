"""Runs executions to their ends on a loop of its own, opening the gates of their worlds."""

import asyncio
import gc
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from graphql import ExecutionResult

from tests.gql.oracle.worlds import World

Execute = Callable[..., Any]
"""graphql-core's `execute`, or one that takes its place."""


class Stuck(Exception):
    """An execution waits for what cannot happen."""


class Runner:
    """An event loop for executions, some at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.SelectorEventLoop()
        self._loop.set_exception_handler(lambda _loop, _context: None)

    def close(self) -> None:
        """Close the loop, and collect what complains about never having been awaited.

        graphql-core itself leaves coroutines behind in some failing lists: a test that runs them
        has to ignore that, and no other test may hear of it.
        """
        self._loop.close()
        gc.collect()

    def run(self, starts: Sequence[tuple[Callable[[], Any], World]]) -> list[Any]:
        """Start executions and let each go a step at a time; what came of them, in order."""
        return self._loop.run_until_complete(self._run(starts))

    async def _run(self, starts: Sequence[tuple[Callable[[], Any], World]]) -> list[Any]:
        outcomes = [_begun(start) for start, _ in starts]
        worlds = [world for _, world in starts]
        await self._quiet()
        while await self._step(worlds):
            pass
        return [_ended(outcome) for outcome in outcomes]

    async def _step(self, worlds: Sequence[World]) -> bool:
        """Open one gate of each world; False where none is closed."""
        going = False
        for world in worlds:
            if world.release():
                going = True
                await self._quiet()
        return going

    async def _quiet(self) -> None:
        """Wait until the loop has nothing to do but this."""
        ready: Any = self._loop._ready  # type: ignore[attr-defined]  # there is no public way
        await asyncio.sleep(0)
        while ready:  # noqa: ASYNC110 - the loop has no event for having nothing to do
            await asyncio.sleep(0)


def _begun(start: Callable[[], Any]) -> Any:
    """A task, or what was returned or raised at once."""
    try:
        started = start()
    except Exception as error:  # noqa: BLE001 - graphql-core may raise anything here too
        return error
    return asyncio.ensure_future(_awaited(started)) if inspect.isawaitable(started) else started


async def _awaited(value: Any) -> Any:
    return await value


def _ended(outcome: Any) -> Any:
    if not isinstance(outcome, asyncio.Task):
        return outcome
    if not outcome.done():
        outcome.cancel()
        return Stuck()
    return outcome.exception() or outcome.result()


class Answer(msgspec.Struct, frozen=True):
    """What came of an execution: its result, or what it raised, and which resolvers it called."""

    result: ExecutionResult | None
    raised: str | None
    calls: tuple[str, ...]
