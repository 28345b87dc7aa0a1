"""Commands that are given up at any moment: every reply still belongs to its question."""

import asyncio
import random

import pytest
from redis.asyncio import Redis

from rustok.app.redis.settings import RedisSettings
from rustok.core.cache import StoreUnavailable
from rustok.core.resilience import Rules
from rustok.testing.redis import RedisServer
from tests.redis.conftest import Machine, Machines

CALLERS, ROUNDS = 12, 300


async def ask(machine: Machine, text: bytes) -> bytes:
    async def command(redis: Redis) -> bytes:
        return bytes(await redis.echo(text))  # type: ignore[arg-type]  # nothing is decoded here

    return await machine.client.run(command)


async def test_callers_who_give_up_never_get_or_leave_somebody_elses_reply(
    machines: Machines,
) -> None:
    # what was given up goes on for a moment, beside what is asked next
    machine = machines(
        RedisSettings(connect_milliseconds=5_000, command_milliseconds=5_000, connections=100)
    )
    chance = random.Random(7)
    cancelled = answered = 0

    async def caller(number: int) -> None:
        nonlocal cancelled, answered
        for turn in range(ROUNDS):
            text = b"%d/%d" % (number, turn)
            asking = asyncio.create_task(ask(machine, text))
            for _ in range(chance.choice((0, 1, 2, 3, 5, 50))):
                await asyncio.sleep(0)
            if chance.random() < 0.5:
                asking.cancel()
            try:
                assert await asking == text
                answered += 1
            except asyncio.CancelledError:
                cancelled += 1

    await asyncio.gather(*(caller(number) for number in range(CALLERS)))
    assert cancelled > 100
    assert answered > 1_000
    for number in range(100):
        assert await ask(machine, b"after %d" % number) == b"after %d" % number
    assert machine.client.losses == 0


async def test_time_limits_in_the_middle_of_commands_leave_no_reply_behind(
    machines: Machines, redis: RedisServer
) -> None:
    """The server stops and goes on: commands time out at all their stages."""
    settings = RedisSettings(connect_milliseconds=20, command_milliseconds=5, connections=8)
    machine = machines(settings, rules=Rules(failures=1_000_000))
    lost = answered = 0

    async def caller(number: int) -> None:
        nonlocal lost, answered
        for turn in range(ROUNDS):
            text = b"%d/%d" % (number, turn)
            try:
                assert await ask(machine, text) == text
                answered += 1
            except StoreUnavailable:
                lost += 1
                await asyncio.sleep(0)
            if number == 0 and turn % 10 == 3:
                redis.freeze()
                asyncio.get_running_loop().call_later(0.008, redis.thaw)

    await asyncio.gather(*(caller(number) for number in range(8)))
    redis.thaw()
    assert lost > 0
    assert answered > 100


async def test_more_commands_than_connections_go_on_without_and_trip_nothing(
    machines: Machines,
) -> None:
    machine = machines(
        RedisSettings(connect_milliseconds=2_000, command_milliseconds=2_000, connections=2)
    )
    results = await asyncio.gather(
        *(ask(machine, b"%d" % number) for number in range(20)), return_exceptions=True
    )
    answered = [result for result in results if isinstance(result, bytes)]
    assert len(answered) == 2
    assert machine.client.breaker.state == "closed"


async def test_a_dead_server_is_left_alone_after_five_commands(
    machines: Machines, redis: RedisServer
) -> None:
    machine = machines()
    assert await ask(machine, b"hello") == b"hello"
    await redis.kill()
    for _ in range(5):
        with pytest.raises(StoreUnavailable):
            await ask(machine, b"hello")
    assert machine.client.breaker.state == "open"
    with pytest.raises(StoreUnavailable, match="left alone"):
        await ask(machine, b"hello")


async def test_a_server_that_was_started_again_is_used_at_once(
    machines: Machines, redis: RedisServer
) -> None:
    machine = machines()
    await asyncio.gather(*(ask(machine, b"%d" % number) for number in range(16)))
    await redis.kill()
    await redis.start()
    for number in range(32):
        assert await ask(machine, b"%d" % number) == b"%d" % number
    assert machine.client.breaker.state == "closed"
