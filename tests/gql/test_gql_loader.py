"""Batching: who waits together is served together, and nobody suffers for another."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from rustok.gql import Loader


class Source:
    def __init__(self, failing: frozenset[int] = frozenset()) -> None:
        self.batches: list[list[int]] = []
        self.failing = failing

    async def __call__(self, keys: Sequence[int]) -> dict[int, str | Exception]:
        self.batches.append(list(keys))
        await asyncio.sleep(0)
        return {key: KeyError(key) if key in self.failing else str(key) for key in keys if key >= 0}


async def test_siblings_are_loaded_by_one_call_and_each_key_once() -> None:
    source = Source()
    loader = Loader(source, missing="")
    assert await asyncio.gather(*(loader.load(n % 3) for n in range(9))) == list("012") * 3
    assert await loader.load(1) == "1"
    assert source.batches == [[0, 1, 2]]


async def test_large_batches_are_cut() -> None:
    source = Source()
    loader = Loader(source, missing="", max_batch=4)
    assert await loader.load_many(range(10)) == [str(n) for n in range(10)]
    assert [len(batch) for batch in source.batches] == [4, 4, 2]


async def test_a_key_fails_alone_and_a_missing_one_has_its_value() -> None:
    loader = Loader(Source(frozenset({2})), missing="none")
    found = await asyncio.gather(*map(loader.load, [1, 2, -1]), return_exceptions=True)
    assert found[0] == "1"
    assert isinstance(found[1], KeyError)
    assert found[2] == "none"


async def test_a_failed_batch_fails_everyone_in_it() -> None:
    async def batch(keys: Sequence[int]) -> dict[int, str | Exception]:
        raise ConnectionError

    loader = Loader(batch, missing="")
    found = await asyncio.gather(*map(loader.load, [1, 2]), return_exceptions=True)
    assert [type(error) for error in found] == [ConnectionError, ConnectionError]


async def test_a_cancelled_caller_leaves_the_others_alone() -> None:
    loader = Loader(Source(), missing="")
    loop = asyncio.get_running_loop()

    async def wait() -> str:
        return await loader.load(1)

    first, second = loop.create_task(wait()), loop.create_task(wait())
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "1"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_what_is_primed_is_not_loaded_and_what_is_cleared_is_loaded_again() -> None:
    source = Source()
    loader = Loader(source, missing="")
    loader.prime(1, "one")
    assert await loader.load(1) == "one"
    loader.clear(1)
    assert await loader.load(1) == "1"
    loader.clear()
    assert await loader.load(1) == "1"
    assert source.batches == [[1], [1]]


async def test_clearing_a_key_that_is_being_loaded_leaves_its_callers_their_value() -> None:
    loader = Loader(Source(), missing="")
    pending = loader.load(1)
    loader.clear(1)
    assert await asyncio.wait_for(pending, 5) == "1"


@pytest.mark.parametrize("items", [1, 20, 100])
async def test_a_list_costs_one_batch_however_long_it_is(shop: Any, items: int) -> None:
    result = await shop.run(
        "query ($n: Int!) { products(first: $n) { nodes { category { name } }"
        " edges { node { category { name } } } } }",
        {"n": items},
    )
    assert result.errors == ()
    assert len(result.data["products"]["nodes"]) == items
    assert len(shop.batches) == 1


async def test_a_request_that_is_given_up_loads_nothing_more() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()
    batches: list[list[int]] = []

    async def endless(keys: Sequence[int]) -> dict[int, str | Exception]:
        batches.append(list(keys))
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return {}

    loader = Loader(endless, missing="")
    asking = asyncio.create_task(loader.load_many([1, 2]))
    async with asyncio.timeout(5):
        await begun.wait()
        loader.load(3)
        asking.cancel()
        loader.close()
        await ended.wait()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert batches == [[1, 2]]
