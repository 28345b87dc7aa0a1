"""Everything that can go wrong, as often as each other thing, in an order of chance."""

from tools.crash.faults import Striker
from tools.crash.report import Measure
from tools.crash.schedule import Fault, storm
from tools.crash.trial import Outcome, Scenario, Trial, judged, under_load, world_of
from tools.crash.world import Shape

MINUTES = 5.0
EVERY_SECONDS = 2.5
FAULTS: tuple[Fault, ...] = (
    "kill",
    "freeze",
    "latency",
    "slow",
    "reset",
    "half_open",
    "cut",
    "deaf",
    "kill_postgres",
    "kill_nats",
    "kill_redis",
    "delete_stream",
    "skew",
    "long_transaction",
)


async def run(trial: Trial) -> Outcome:
    """Two of each process, each behind its own proxies."""
    seconds = trial.seconds(MINUTES * 60, least=10)
    settings = {"RUSTOK_EVENTS_TRANSPORT": "nats"}
    shape = Shape(nats=True, redis=True, settings=settings)
    async with world_of(trial, shape) as world:
        striker = Striker(world, trial.tell)
        strikes = storm(trial.seed, seconds, list(world.processes), FAULTS, every=EVERY_SECONDS)
        async with under_load(trial, world, "storm"):
            await striker.carry_out(strikes)
        measures, findings = await judged(world, "storm")
    faults = [Measure(name=name, value=count) for name, count in sorted(striker.counts.items())]
    return [*faults, *measures], findings


STORM = Scenario(
    name="storm",
    summary="faults of every kind, one every 2.5 s",
    minutes=MINUTES + 1,
    run=run,
)
