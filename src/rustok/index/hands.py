"""Several transactions at once: while one is read for, others are written by, or made for."""

import asyncio
from collections.abc import Awaitable, Callable

HANDS = 4


async def by_hands(step: Callable[[], Awaitable[bool]]) -> None:
    """Takes steps side by side, until there is none left: the step says False.

    Raises what the first hand raises that fails; by then the others have ended.
    """

    async def work() -> None:
        while await step():
            pass

    hands = [asyncio.create_task(work()) for _ in range(HANDS)]
    try:
        await asyncio.gather(*hands)
    finally:
        for hand in hands:
            hand.cancel()
        await asyncio.wait(hands)
