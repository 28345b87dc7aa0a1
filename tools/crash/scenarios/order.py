"""Many writers with pauses and rollbacks, several relays: nothing is lost, nothing overtakes."""

import asyncio
import os
import sys
import time

import msgspec

from tools.crash.judge import Finding, Judge
from tools.crash.report import Measure
from tools.crash.trial import Outcome, Scenario, Trial, judge_of, world_of
from tools.crash.world import ROOT, TENANTS, Shape, World
from tools.crash.writers import Written

EVENTS = 200_000
RELAYS = 3
MINUTES = 6.0
SETTLE_SECONDS = 300.0
COMMITTED = "SELECT count(*) FROM sys_events WHERE name = 'thing.counted'"


async def run(trial: Trial) -> Outcome:
    """Three relays and no load but the writers'."""
    events = trial.count(EVENTS, least=2_000)
    shape = Shape(serve=0, relay=RELAYS, index=0)
    async with world_of(trial, shape) as world:
        began = time.monotonic()
        written = await _write(world, trial.seed, events)
        wrote = time.monotonic() - began
        async with judge_of(world) as judge:
            findings = await judge.stuck(seconds=trial.seconds(SETTLE_SECONDS, least=60))
            applied = time.monotonic() - began
            findings += await _lost(world, written)
            findings += await _order(judge)
    return [
        Measure(name="events", value=written.events, least=events),
        Measure(name="rollbacks", value=written.rollbacks),
        Measure(name="events written a second", value=round(events / wrote)),
        Measure(name="events applied a second", value=round(events / applied)),
    ], findings


async def _write(world: World, seed: int, events: int) -> Written:
    path = os.pathsep.join(map(str, (world.folder / "site", ROOT / "src", ROOT)))
    arguments = [world.postgres.url(), str(seed), str(events), *TENANTS]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.crash.writers", *arguments),
        env={**os.environ, "PYTHONPATH": path},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return msgspec.json.decode(output, type=Written)


async def _lost(world: World, written: Written) -> list[Finding]:
    owner = await world.owner()
    found = await owner.fetchval(COMMITTED)
    await owner.close()
    if found == written.events:
        return []
    return [Finding("LOST", f"{written.events} events were committed, the log has {found}")]


async def _order(judge: Judge) -> list[Finding]:
    return [*await judge.log(), *await judge.effects()]


ORDER = Scenario(
    name="order",
    summary="200,000 events, 16 writers with pauses and rollbacks, 3 relays",
    minutes=MINUTES,
    run=run,
)
