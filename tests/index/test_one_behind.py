"""Steps one after the other, beside what prepares the next."""

import asyncio

import pytest

from rustok.index.one_behind import OneBehind


class Failed(Exception):
    """A step or a block did."""


async def test_a_step_runs_while_the_next_is_prepared_and_never_beside_another() -> None:
    told: list[str] = []
    inside = 0

    async def step(name: str) -> None:
        nonlocal inside
        inside += 1
        assert inside == 1
        await asyncio.sleep(0)
        told.append(name)
        inside -= 1

    async with OneBehind() as steps:
        for name in "abc":
            told.append(f"prepared {name}")
            await steps.begin(step(name))
    assert told == ["prepared a", "prepared b", "a", "prepared c", "b", "c"]


async def test_a_failed_step_is_told_by_the_next_or_at_the_end() -> None:
    async def fail() -> None:
        raise Failed

    async def never() -> None:
        raise AssertionError

    with pytest.raises(Failed):
        async with OneBehind() as steps:
            await steps.begin(fail())
    with pytest.raises(Failed):
        async with OneBehind() as steps:
            await steps.begin(fail())
            await steps.begin(never())


async def test_what_is_under_way_has_ended_before_a_failed_block_is_left() -> None:
    ended = asyncio.Event()

    async def step() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(Failed):
        async with OneBehind() as steps:
            await steps.begin(step())
            await asyncio.sleep(0)
            raise Failed
    assert ended.is_set()
