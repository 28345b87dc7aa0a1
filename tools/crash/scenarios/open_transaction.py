"""A transaction that has recorded an event stays open; all others go on without it."""

import asyncio
from contextlib import suppress
from itertools import pairwise
from uuid import uuid4

from tools.crash.faults import HOLD
from tools.crash.judge import Finding
from tools.crash.report import Measure
from tools.crash.trial import Outcome, Scenario, Trial, judged, lags, under_load, world_of
from tools.crash.world import Shape, World

HELD_SECONDS = 600.0
BACK_SECONDS = 60.0
CALM_SECONDS = 20.0
MINUTES = 12.5
FIRST_INSERTED = "SELECT count(*) FROM sys_events WHERE id = $1 AND position IS NOT NULL"
RATE_OF = """
    SELECT count(*) / greatest(1, extract(epoch FROM $2::timestamptz - $1::timestamptz))::float
    FROM crash_effects
    WHERE consumer = 'crash.witness' AND applied_at >= $1 AND applied_at < $2
"""


async def run(trial: Trial) -> Outcome:
    """The open transaction's event is inserted before all that are written meanwhile."""
    event = uuid4()
    async with world_of(trial, Shape()) as world:
        async with under_load(trial, world, "open"):
            marks = [await world.now()]
            await asyncio.sleep(trial.seconds(CALM_SECONDS, least=4))
            marks.append(await world.now())
            owner = await world.owner()
            async with owner.transaction():
                tenant = next(iter(world.tenants.values()))
                await owner.execute(HOLD, tenant.id, event, uuid4(), "long-transaction")
                await asyncio.sleep(trial.seconds(HELD_SECONDS, least=8))
                marks.append(await world.now())
            await owner.close()
            applied = await _applied(world, event, BACK_SECONDS)
            await asyncio.sleep(trial.seconds(CALM_SECONDS, least=4))
            marks.append(await world.now())
        held = await lags(world, marks[1], marks[2])
        before, during, after = [
            await _rate(world, since, until) for since, until in pairwise(marks)
        ]
        measures, findings = await judged(world, "open")
    if applied is None:
        findings.append(Finding("STUCK", "the event of the long transaction has no position"))
    return [
        Measure(name="events a second before", value=before),
        Measure(name="events a second meanwhile", value=during, least=0.7 * before),
        Measure(name="events a second afterwards", value=after, least=0.7 * before),
        Measure(name="lag meanwhile, p99", value=held.at(0.99), unit="s", most=2.0),
        Measure(name="its own event numbered after", value=applied or BACK_SECONDS, unit="s"),
        *measures,
    ], findings


async def _applied(world: World, event: object, most: float) -> float | None:
    owner = await world.owner()
    clock = asyncio.get_running_loop().time
    began = clock()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                while not await owner.fetchval(FIRST_INSERTED, event):  # noqa: ASYNC110  # a database
                    await asyncio.sleep(0.05)
                return round(clock() - began, 2)
        return None
    finally:
        await owner.close()


async def _rate(world: World, since: object, until: object) -> float:
    owner = await world.owner()
    try:
        rate: float = await owner.fetchval(RATE_OF, since, until)
        return round(rate, 1)
    finally:
        await owner.close()


OPEN_TRANSACTION = Scenario(
    name="open-transaction",
    summary="a transaction with an event held open for 10 minutes",
    minutes=MINUTES,
    run=run,
)
