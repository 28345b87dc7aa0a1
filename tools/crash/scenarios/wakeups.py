"""Every wake-up is lost without a word: who waits looks by itself."""

import asyncio

import msgspec

from rustok.outbox.settings import OutboxSettings
from tools.crash.report import Measure
from tools.crash.trial import Outcome, Scenario, Trial, judged, lags, under_load, world_of
from tools.crash.world import Shape

DEAF_SECONDS = 120.0
MINUTES = 2.5
RATE = 10.0
MORE_SECONDS = 1.0


async def run(trial: Trial) -> Outcome:
    """A little load, so that nobody is awake for another's sake."""
    quiet = msgspec.structs.replace(trial, rate=min(trial.rate, RATE))
    async with world_of(quiet, Shape()) as world:
        async with under_load(quiet, world, "wakeups"):
            await asyncio.sleep(trial.seconds(10, least=3))
            for proxy in world.proxies():
                proxy.trouble("deaf")
            since = await world.now()
            await asyncio.sleep(trial.seconds(DEAF_SECONDS, least=6))
            late = await lags(world, since, await world.now())
            swallowed = sum(proxy.swallowed for proxy in world.proxies())
            world.heal()
        measures, findings = await judged(world, "wakeups")
    return [
        Measure(name="wake-ups swallowed", value=swallowed, least=1),
        Measure(name="events", value=len(late), least=1),
        Measure(name="lag p50", value=late.at(0.5), unit="s"),
        Measure(
            name="longest lag",
            value=late.at(1.0),
            unit="s",
            most=OutboxSettings().poll_seconds + MORE_SECONDS,
        ),
        *measures,
    ], findings


WAKEUPS = Scenario(
    name="wakeups",
    summary="every wake-up lost silently for 120 s",
    minutes=MINUTES,
    run=run,
)
