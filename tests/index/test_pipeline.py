"""What is read ahead and what is written behind, beside what is made of it."""

import asyncio
from contextlib import aclosing

import pytest

from rustok.index.pipeline import OneBehind, ahead


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


async def test_batches_come_in_order_while_each_source_reads_one_at_a_time() -> None:
    reading = {"first": 0, "second": 0}
    most = 0

    async def read(source: str, batch: int) -> int:
        nonlocal most
        reading[source] += 1
        most = max(most, sum(reading.values()))
        for _ in range(5 if source == "first" else 1):
            await asyncio.sleep(0)
        reading[source] -= 1
        return -batch

    read_of = [pair async for pair in ahead(range(7), ["first", "second"], read)]
    assert read_of == [(number, -number) for number in range(7)]
    assert most == 2


async def test_a_single_source_reads_nothing_before_it_is_asked_for() -> None:
    told: list[str] = []

    async def read(_source: str, batch: int) -> int:
        told.append(f"read {batch}")
        return batch

    async for batch, _ in ahead(range(3), ["only"], read):
        told.append(f"used {batch}")
    assert told == ["read 0", "used 0", "read 1", "used 1", "read 2", "used 2"]


async def test_what_is_read_ahead_has_ended_once_somebody_leaves_early() -> None:
    ended = asyncio.Event()

    async def read(source: str, _batch: int) -> None:
        if source == "slow":
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

    with pytest.raises(Failed):
        async with aclosing(ahead(range(4), ["quick", "slow"], read)) as pairs:
            async for _ in pairs:
                raise Failed
    assert ended.is_set()


async def test_a_failed_read_is_raised_where_its_batch_would_come() -> None:
    async def read(_source: str, batch: int) -> int:
        if batch == 1:
            raise Failed
        return batch

    found: list[int] = []
    with pytest.raises(Failed):
        async for batch, _ in ahead(range(4), ["a", "b"], read):
            found.append(batch)
    assert found == [0]
