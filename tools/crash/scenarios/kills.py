"""Processes and PostgreSQL are killed under load, again and again."""

import time

from tools.crash.faults import Striker
from tools.crash.report import Measure
from tools.crash.schedule import kills
from tools.crash.trial import Outcome, Scenario, Trial, judged, under_load, world_of
from tools.crash.world import Shape

PROCESSES = 200
DATABASES = 20
MINUTES = 12.0


async def run(trial: Trial) -> Outcome:
    """Two of each process, each killed about as often."""
    seconds = trial.seconds(MINUTES * 60, least=10)
    async with world_of(trial, Shape()) as world:
        striker = Striker(world, trial.tell)
        strikes = kills(
            trial.seed,
            seconds,
            list(world.processes),
            processes=trial.count(PROCESSES, least=6),
            databases=trial.count(DATABASES),
        )
        began = time.monotonic()
        async with under_load(trial, world, "kills") as load:
            await striker.carry_out(strikes)
        wrote = load.ledger.attempts / (time.monotonic() - began)
        measures, findings = await judged(world, "kills")
    counts = striker.counts
    return [
        Measure(name="kills of processes", value=counts.get("kill", 0)),
        Measure(name="kills of PostgreSQL", value=counts.get("kill_postgres", 0)),
        Measure(name="attempts a second", value=round(wrote, 1)),
        *measures,
    ], findings


KILLS = Scenario(
    name="kills",
    summary="200 kills of processes and 20 of PostgreSQL under 60 writes a second",
    minutes=MINUTES + 1,
    run=run,
)
