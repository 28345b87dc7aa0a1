"""One load for any number of callers; a purge is never undone by a load that was under way."""

import asyncio

import pytest

from rustok.core.cache import LoadingCache
from rustok.core.errors import NotFound


class Source:
    """Loads slowly, counts, and fails for what it does not have."""

    def __init__(self) -> None:
        self.loads = 0
        self.value = 1
        self.started = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self, key: str) -> int:
        self.loads += 1
        value = self.value
        self.started.set()
        await self.gate.wait()
        if key == "missing":
            raise NotFound
        return value


def cache(now: list[float], entries: int = 100) -> LoadingCache[str, int]:
    return LoadingCache(
        entries=entries,
        seconds=300,
        negative_seconds=60,
        negative=(NotFound,),
        timer=lambda: now[0],
    )


async def test_concurrent_misses_load_once() -> None:
    source, found = Source(), cache([0.0])
    source.gate.clear()

    waiting = [asyncio.create_task(found.get("a", source.load)) for _ in range(1000)]
    await asyncio.sleep(0)
    source.gate.set()

    assert await asyncio.gather(*waiting) == [1] * 1000
    assert source.loads == 1


async def test_what_is_missing_is_remembered_for_a_shorter_time() -> None:
    now = [0.0]
    source, found = Source(), cache(now)

    for moment, loads in ((0.0, 1), (59.0, 1), (61.0, 2)):
        now[0] = moment
        with pytest.raises(NotFound):
            await found.get("missing", source.load)
        assert source.loads == loads


async def test_values_expire() -> None:
    now = [0.0]
    source, found = Source(), cache(now)

    for moment, loads in ((0.0, 1), (299.0, 1), (301.0, 2)):
        now[0] = moment
        await found.get("a", source.load)
        assert source.loads == loads


async def test_the_cache_is_bounded() -> None:
    source, found = Source(), cache([0.0], entries=10)

    for number in range(1000):
        await found.get(f"key{number}", source.load)

    assert len(found) <= 20


async def test_a_load_that_began_before_a_purge_is_not_kept() -> None:
    source, found = Source(), cache([0.0])
    source.gate.clear()
    early = asyncio.create_task(found.get("a", source.load))
    await source.started.wait()

    source.value = 2
    found.purge()
    source.gate.set()

    assert await early == 1
    assert await found.get("a", source.load) == 2


async def test_a_purge_may_pick_its_values() -> None:
    source, found = Source(), cache([0.0])
    await found.get("a", source.load)
    source.value = 2
    await found.get("b", source.load)

    found.purge(lambda value: value == 1)

    assert await found.get("b", source.load) == 2
    assert source.loads == 2
    await found.get("a", source.load)
    assert source.loads == 3


async def test_one_cancelled_caller_does_not_cancel_the_others() -> None:
    source, found = Source(), cache([0.0])
    source.gate.clear()
    first = asyncio.create_task(found.get("a", source.load))
    second = asyncio.create_task(found.get("a", source.load))
    await source.started.wait()

    first.cancel()
    await asyncio.sleep(0)
    source.gate.set()

    assert await second == 1
