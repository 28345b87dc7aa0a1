"""What processes share over Redis: once made, checked, and never older than what was heard."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from redis.asyncio import Redis

from rustok.app.redis.settings import RedisSettings
from rustok.core.cache import SharedCache
from rustok.testing.redis import RedisServer
from tests.redis.conftest import Machine, Machines


class Thing(msgspec.Struct, frozen=True):
    """Something of a tenant."""

    name: str
    version: int


Make = Callable[[], Awaitable[Thing]]


def things(machine: Machine, seconds: float = 60) -> SharedCache[Thing]:
    cache = machine.caches.shared("things", Thing, seconds=seconds)
    assert cache is not None
    return cache


async def settled(machine: Machine) -> None:
    """Waits until the process may believe what it finds."""
    machine.shared.may_read()
    async with asyncio.timeout(5):
        while machine.shared.freshness.is_due:  # noqa: ASYNC110  # it waits for another server
            await asyncio.sleep(0.001)


async def get(machine: Machine, make: Make, tenant: str = "a", key: str = "one") -> Thing:
    async with things(machine).turn(tenant, key) as turn:
        if turn.value is not None:
            return turn.value
        made = await make()
        await turn.keep(made, f"tenant:{tenant}")
        return made


def making(value: Thing) -> Make:
    async def make() -> Thing:
        return value

    return make


async def never() -> Thing:
    raise AssertionError("this must not be made again")


OLD, NEW = Thing("mug", 1), Thing("mug", 2)


async def test_what_one_process_made_another_finds(machines: Machines) -> None:
    one, other = machines(), machines()
    await settled(one)
    await settled(other)
    assert await get(one, making(OLD)) == OLD
    assert await get(other, never) == OLD
    assert (one.number("things", "miss"), other.number("things", "hit")) == (1, 1)


async def test_a_process_believes_nothing_that_was_made_before_it_listened(
    machines: Machines,
) -> None:
    one = machines()
    await settled(one)
    await get(one, making(OLD))
    late = machines()
    await settled(late)
    assert await get(late, making(NEW)) == NEW
    assert late.number("things", "stale") == 1
    assert await get(one, never) == NEW


async def test_who_heard_of_a_change_never_sees_what_was_before(machines: Machines) -> None:
    one, other = machines(), machines()
    await settled(one)
    await settled(other)
    await get(one, making(OLD))
    other.caches.changed("tenant:a")
    assert await get(other, making(NEW)) == NEW
    await settled(other)
    assert await get(other, making(NEW)) == NEW
    other.caches.changed("tenant:b")
    await settled(other)
    assert await get(other, never) == NEW


async def test_what_was_made_before_a_change_and_comes_after_it_is_not_kept(
    machines: Machines,
) -> None:
    slow, quick = machines(), machines()
    await settled(slow)
    await settled(quick)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def make() -> Thing:
        begun.set()
        await go_on.wait()
        return OLD

    making_old = asyncio.create_task(get(slow, make))
    await begun.wait()
    quick.caches.changed("tenant:a")
    await settled(quick)
    go_on.set()
    assert await making_old == OLD  # it had asked before
    assert await get(quick, making(NEW)) == NEW
    assert quick.number("things", "stale") == 1


async def test_what_a_process_only_knows_by_hearsay_bears_an_older_count(
    machines: Machines,
) -> None:
    """It may not have heard yet of what others have: so it is believed a moment later only."""
    one, other = machines(), machines()
    await settled(one)
    await settled(other)

    async def hearsay(machine: Machine, value: Thing) -> Thing:
        async with things(machine).turn("a", "two", by_hearing=True) as turn:
            if turn.value is not None:
                return turn.value
            await turn.keep(value, "tenant:a")
            return value

    assert await hearsay(one, OLD) == OLD
    assert await hearsay(other, NEW) == NEW  # nothing was kept: one has only just begun to hear
    one.now += 10
    other.now += 10
    await hearsay(one, OLD)  # it has heard of everything up to its first count
    other.caches.changed("tenant:a")
    await settled(other)
    assert await hearsay(other, NEW) == NEW


async def test_of_many_processes_one_makes_it_and_the_others_wait(machines: Machines) -> None:
    crowd = [machines() for _ in range(4)]
    for machine in crowd:
        await settled(machine)
    made = 0

    async def make() -> Thing:
        nonlocal made
        made += 1
        await asyncio.sleep(0)
        return OLD

    found = await asyncio.gather(*(get(machine, make) for machine in crowd * 5))
    assert set(found) == {OLD}
    assert made == 1


async def test_who_waits_in_vain_makes_it_itself(machines: Machines) -> None:
    one, other = machines(), machines()
    await settled(one)
    await settled(other)
    begun = asyncio.Event()

    async def hang() -> Thing:
        begun.set()
        await asyncio.Event().wait()
        return OLD

    hanging = asyncio.create_task(get(one, hang))
    await begun.wait()
    async with asyncio.timeout(5):
        assert await get(other, making(NEW)) == NEW
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)


async def test_a_claim_ends_with_its_maker(machines: Machines) -> None:
    one = machines()
    await settled(one)

    async def fail() -> Thing:
        raise LookupError

    for _ in range(2):
        try:
            await get(one, fail)
        except LookupError:
            continue
    async with things(one).turn("a", "one") as turn:
        assert turn.claimed


async def test_while_a_process_hears_nothing_it_believes_nothing(machines: Machines) -> None:
    one = machines()
    await settled(one)
    await get(one, making(OLD))
    one.hears = False
    assert await get(one, making(NEW)) == NEW


async def test_a_value_under_another_tenants_key_is_not_believed(
    machines: Machines, redis: RedisServer
) -> None:
    one = machines()
    await settled(one)
    await get(one, making(OLD), tenant="a")
    intruder = Redis.from_url(redis.url)
    value = await intruder.get("test:things:a:one")
    assert value is not None
    await intruder.set("test:things:b:one", value)
    await intruder.set("test:things:c:one", b"nonsense")
    await intruder.aclose()
    assert await get(one, making(NEW), tenant="b") == NEW
    assert await get(one, making(NEW), tenant="c") == NEW
    assert one.number("things", "error") == 2


async def test_another_installations_values_are_not_believed(machines: Machines) -> None:
    one, foreign = machines(), machines(secret=b"another secret of thirty-two byt")
    await settled(one)
    await settled(foreign)
    await get(foreign, making(OLD))
    assert await get(one, making(NEW)) == NEW


async def test_a_server_that_lost_everything_or_went_back_makes_nothing_old_new(
    machines: Machines, redis: RedisServer
) -> None:
    """A copy from before a change is put back, its clock included."""
    one = machines()
    await settled(one)
    await get(one, making(OLD))
    backup = Redis.from_url(redis.url)
    copy = {key: await backup.get(key) for key in await backup.keys("*")}
    one.caches.changed("tenant:a")
    await settled(one)
    assert await get(one, making(NEW)) == NEW
    await backup.flushall()
    for key, value in copy.items():
        assert value is not None
        await backup.set(key, value)
    assert await get(one, making(NEW)) == NEW
    await settled(one)
    assert await get(one, making(NEW)) == NEW
    assert await get(one, never) == NEW
    late = machines()
    await settled(late)
    assert await get(late, making(NEW)) == NEW
    await backup.aclose()


async def test_large_values_are_not_shared(machines: Machines) -> None:
    one = machines(RedisSettings(connect_milliseconds=2_000, max_value_bytes=100))
    await settled(one)
    large = Thing("x" * 200, 1)
    await get(one, making(large))
    assert await get(one, making(NEW)) == NEW
