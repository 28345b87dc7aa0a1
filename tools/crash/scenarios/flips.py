"""Consumers read PostgreSQL, then the stream, then PostgreSQL again, while the load goes on."""

import asyncio

from tools.crash.faults import delete_streams
from tools.crash.report import Measure
from tools.crash.trial import Outcome, Scenario, Trial, judged, under_load, world_of
from tools.crash.world import Shape

FLIPS = 20
EACH_SECONDS = 9.0
MINUTES = 6.0


async def run(trial: Trial) -> Outcome:
    """Each flip restarts the workers one after the other; some meet a stream that was deleted."""
    flips = trial.count(FLIPS, least=2)
    each = EACH_SECONDS if trial.scale >= 1 else EACH_SECONDS / 3
    deleted = 0
    async with world_of(trial, Shape(nats=True)) as world:
        assert world.nats is not None
        async with under_load(trial, world, "flips"):
            for number in range(flips):
                to = "nats" if number % 2 == 0 else "outbox"
                trial.tell(f"to {to}")
                await world.transport(to)
                await asyncio.sleep(each)
                if to == "nats" and number % 4 == 2:
                    deleted += await delete_streams(world.nats.port)
        measures, findings = await judged(world, "flips")
    return [
        Measure(name="flips", value=flips),
        Measure(name="streams deleted", value=deleted),
        *measures,
    ], findings


FLIPS_SCENARIO = Scenario(
    name="flips",
    summary="level 1 to 2 and back 20 times under load",
    minutes=MINUTES,
    run=run,
)
