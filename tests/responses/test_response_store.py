"""What is kept is never older than the last change, whatever happens at the same time."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from rustok.app.web.responses.store import OVERHEAD, ResponseStore, Shelf
from rustok.core.context import TenantRef

RACES = 5_000
KEY = ("titles",)


def tenant(id_: UUID | None = None, **fields: Any) -> TenantRef:
    known: dict[str, Any] = {
        "slug": "acme",
        "name": "Acme",
        "default_locale": "en",
        "locales": ("en",),
        "currency": "EUR",
        "modules": frozenset({"commerce"}),
    }
    return TenantRef(id=id_ or uuid4(), **{**known, **fields})


def store(entries: int = 100, size: int = 1_000_000) -> ResponseStore[int]:
    return ResponseStore(entries=entries, size=size)


def put(kept: ResponseStore[int], at: TenantRef, key: str, value: int, cost: int = 0) -> bool:
    return kept.put(kept.shelf(at), key, value, begun=1, cost=cost)


class Race:
    """A table that is written and read, and a process that hears of its changes later.

    Every step between two awaits of the real thing is one step here; the seed decides who takes
    the next one. `heard` is the newest version that this process has been told of.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.tenant = tenant()
        self.store: ResponseStore[int] = store()
        self.committed = 0
        self.heard = 0
        self.read = 0
        self.hits = 0

    async def pause(self) -> None:
        for _ in range(self.random.randrange(4)):
            await asyncio.sleep(0)

    async def change(self) -> None:
        await self.pause()
        self.committed += 1
        version = self.committed
        await self.pause()
        self.store.drop(self.tenant.id)
        self.heard = max(self.heard, version)

    async def ask(self) -> None:
        for _ in range(4):
            await self.pause()
            await self.ask_once()

    async def ask_once(self) -> None:
        floor = self.heard
        self.read += 1
        found = self.store.find(self.tenant, KEY)
        if found is None:
            found = self.store.find_raw(b"raw")
        if found is not None:
            self.hits += 1
            assert found >= floor, "a kept answer is older than a change that was heard of"
            return
        shelf = self.store.shelf(self.tenant)

        async def make(number: int) -> int:
            await self.pause()
            snapshot = self.committed
            await self.pause()
            if self.store.put(shelf, KEY, snapshot, begun=number, cost=1):
                self.store.put_raw(self.tenant, KEY, b"raw", cost=1)
            return snapshot

        made, _ = await self.store.once(shelf, KEY, make)
        assert made >= floor, "an answer was begun before a change that had been heard of"

    async def run(self) -> None:
        work: list[Callable[[], Coroutine[Any, Any, None]]] = [self.change] * 2 + [self.ask] * 6
        self.random.shuffle(work)
        await asyncio.gather(*(each() for each in work))
        final = self.store.find(self.tenant, KEY)
        assert final is None or final == self.committed, "a stale answer stayed"


async def test_no_race_of_a_fill_and_a_change_leaves_a_stale_answer() -> None:
    hits = reads = 0
    for seed in range(RACES):
        race = Race(seed)
        await race.run()
        hits, reads = hits + race.hits, reads + race.read
    assert hits > reads / 4, f"{hits} hits in {reads} reads prove nothing"


class Careless(ResponseStore[int]):
    """A store that keeps whatever comes, as soon as it comes."""

    def put(self, shelf: Shelf[int], key: Hashable, answer: int, *, begun: int, cost: int) -> bool:
        return super().put(self.shelf(shelf.tenant), key, answer, begun=begun, cost=cost)


async def test_the_races_would_find_a_store_that_does_not_look() -> None:
    stale = 0
    for seed in range(200):
        race = Race(seed)
        race.store = Careless(entries=100, size=1_000_000)
        try:
            await race.run()
        except AssertionError:
            stale += 1
    assert stale > 10


async def test_those_who_ask_at_once_wait_for_one() -> None:
    kept, at, runs = store(), tenant(), 0
    shelf = kept.shelf(at)

    async def make(_number: int) -> int:
        nonlocal runs
        runs += 1
        await asyncio.sleep(0)
        return runs

    made = await asyncio.gather(*(kept.once(shelf, KEY, make) for _ in range(50)))
    assert [value for value, _ in made] == [1] * 50
    assert sum(ours for _, ours in made) == 1


async def test_who_has_seen_a_later_flight_does_not_wait_for_an_earlier_one() -> None:
    kept, at = store(), tenant()
    shelf = kept.shelf(at)
    gate = asyncio.Event()

    async def slow(number: int) -> int:
        await gate.wait()
        return number

    early = asyncio.create_task(kept.once(shelf, KEY, slow))
    await asyncio.sleep(0)
    begun = kept.next_flight
    late = asyncio.create_task(kept.once(shelf, KEY, slow, begun=begun))
    await asyncio.sleep(0)
    gate.set()
    assert (await early)[0] < begun <= (await late)[0]


async def test_what_nobody_waits_for_any_more_ends() -> None:
    kept, at = store(), tenant()
    shelf = kept.shelf(at)
    began, ended = asyncio.Event(), asyncio.Event()

    async def endless(_number: int) -> int:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return 0

    waiting = [asyncio.create_task(kept.once(shelf, KEY, endless)) for _ in range(2)]
    await began.wait()
    waiting[0].cancel()
    await asyncio.sleep(0)
    assert not ended.is_set()
    waiting[1].cancel()
    async with asyncio.timeout(5):
        await ended.wait()
    assert not shelf.flights


async def test_a_failure_reaches_all_who_waited() -> None:
    kept, at = store(), tenant()
    shelf = kept.shelf(at)

    async def fail(_number: int) -> int:
        await asyncio.sleep(0)
        raise LookupError

    found = await asyncio.gather(
        *(kept.once(shelf, KEY, fail) for _ in range(3)), return_exceptions=True
    )
    assert [type(each) for each in found] == [LookupError] * 3
    assert not shelf.flights


def test_what_was_begun_before_a_flight_is_not_given_to_who_needs_that_one() -> None:
    kept, at = store(), tenant()
    kept.put(kept.shelf(at), KEY, 7, begun=3, cost=0)
    assert kept.find(at, KEY, begun=3) == 7
    assert kept.find(at, KEY, begun=4) is None


def test_a_tenant_that_has_changed_has_none_of_its_old_answers() -> None:
    kept, old = store(), tenant()
    put(kept, old, "a", 1)
    kept.put_raw(old, "a", b"raw", cost=3)
    renamed = tenant(old.id, name="Other")
    assert kept.find(renamed, "a") is None
    kept.shelf(renamed)
    assert kept.find(old, "a") is None
    assert kept.find_raw(b"raw") is None
    assert (len(kept), kept.size) == (0, 0)


@pytest.mark.parametrize("everyone", [False, True])
def test_a_drop_takes_everything_of_a_tenant_and_its_bytes(*, everyone: bool) -> None:
    kept, one, two = store(), tenant(), tenant()
    for at in (one, two):
        put(kept, at, "a", 1, cost=10)
        kept.put_raw(at, "a", at.id.bytes, cost=5)
    kept.drop(None if everyone else one.id)
    assert kept.find_raw(one.id.bytes) is None
    assert kept.find(one, "a") is None
    left = 0 if everyone else 1
    assert (kept.find(two, "a"), len(kept)) == (None if everyone else 1, left)
    assert kept.size == left * (10 + 5 + 2 * OVERHEAD)


def test_a_tenant_has_its_share_and_loses_what_it_uses_least() -> None:
    kept, at = store(entries=8), tenant()
    put(kept, at, "a", 1)
    kept.put_raw(at, "a", b"raw", cost=0)
    put(kept, at, "b", 2)
    assert kept.find_raw(b"raw") == 1
    put(kept, at, "c", 3)
    assert [kept.find(at, key) for key in "abc"] == [1, None, 3]


def test_the_store_stays_within_its_bytes() -> None:
    kept = store(entries=1_000, size=100_000)
    for number in range(200):
        put(kept, tenant(), "a", number, cost=2_000)
        assert kept.size <= 100_000
    assert len(kept) == 100_000 // (2_000 + OVERHEAD)
    assert not put(kept, tenant(), "large", 1, cost=30_000)
