"""Random failures, retries and operators: order and exactly one effect hold all the time."""

import random
from uuid import UUID, uuid4

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.consumers import ConsumerRunner
from rustok.outbox.dead_letters import DeadLetters
from rustok.outbox.settling import drain
from tests.outbox.probe import Clock, Recorder, applied, change

STEPS = 60


class Simulation:
    """A world of few things and much misfortune, driven by a seed."""

    def __init__(
        self, host: Host, tenants: list[Context], clock: Clock, policy: RetryPolicy, seed: int
    ) -> None:
        self.chance = random.Random(seed)
        self.host = host
        self.clock = clock
        self.things = {uuid4(): self.chance.choice(tenants) for _ in range(4)}
        self.made: dict[UUID, int] = dict.fromkeys(self.things, 0)
        self.discarded: set[int] = set()
        self.misfortune = 0.5
        self.letters = host.get(DeadLetters)
        recorder = Recorder(retry=policy, disturb=self.disturb)
        self.runners = [workers.runner(host, recorder) for _ in range(2)]

    async def disturb(self, _session: WriteSession, _event: Event) -> None:
        if self.chance.random() < self.misfortune:
            raise ValueError("bad luck")

    async def step(self) -> None:
        action = self.chance.choice((self.change, self.change, self.work, self.wait, self.operate))
        await action()

    async def change(self) -> None:
        thing = self.chance.choice(list(self.things))
        times = self.chance.randint(1, 3)
        await change(self.host, self.things[thing], thing, times=times)
        self.made[thing] += times

    async def work(self) -> None:
        runner: ConsumerRunner = self.chance.choice(self.runners)
        await drain(workers.sequencer(self.host), [runner])

    async def wait(self) -> None:
        self.clock.advance(self.chance.choice((0.5, 1, 2)))

    async def operate(self) -> None:
        for letter in await self.letters.list(limit=1):
            if self.chance.random() < 0.7:
                await self.letters.retry(letter.id)
            else:
                await self.letters.discard(letter.id)
                self.discarded.add(letter.position)

    async def heal(self) -> None:
        """From here on nothing fails; whatever is left must come to an end."""
        self.misfortune = 0
        for _ in range(50):
            self.clock.advance(60)
            await self.work()
            letters = await self.letters.list()
            for letter in letters:
                await self.letters.retry(letter.id)
            if not letters:
                return


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("later_events", ["wait", "pass"])
async def test_every_event_is_applied_once_and_in_order_whatever_happens(
    host: Host,
    ctx: Context,
    other_ctx: Context,
    owner: asyncpg.Connection,
    clock: Clock,
    seed: int,
    later_events: str,
) -> None:
    policy = RetryPolicy(
        attempts=2, first_seconds=1, later_events="wait" if later_events == "wait" else "pass"
    )
    world = Simulation(host, [ctx, other_ctx], clock, policy, seed)
    for _ in range(STEPS):
        await world.step()
    await world.heal()

    assert await owner.fetchval("SELECT count(*) FROM sys_retries") == 0
    assert await owner.fetchval("SELECT count(*) FROM sys_dead_letters") == 0
    effects = await applied(owner)
    assert len({effect.position for effect in effects}) == len(effects)
    assert len(effects) == sum(world.made.values()) - len(world.discarded)
    if later_events == "wait":
        for thing in world.things:
            order = [effect.position for effect in effects if effect.aggregate_id == thing]
            assert order == sorted(order)
