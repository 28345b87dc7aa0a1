"""Events that their handler does not survive, in ten ways; the others are not to feel it."""

import asyncio
import random
import time
from uuid import uuid4

from rustok.core.context import Context, system_context
from rustok.core.host import Host
from tools.crash.judge import Finding
from tools.crash.module.events import ThingCounted, ThingPoisoned
from tools.crash.module.poison import POISONS
from tools.crash.module.subscribers import TASTER
from tools.crash.report import Measure
from tools.crash.trial import Outcome, Scenario, Trial, judge_of, lags, world_of
from tools.crash.world import Shape, World

EACH = 5
EVERY_SECONDS = 6.0
PARKED_SECONDS = 120.0
MINUTES = 6.5
RATE = 25.0
SETTINGS = {"RUSTOK_OUTBOX__HANDLER_SECONDS": "1.5", "RUSTOK_WATCHDOG_SECONDS": "4"}
PARKED = "SELECT count(*) FROM sys_dead_letters WHERE consumer = 'crash.taster'"
UNPARKED = """
    SELECT e.payload::json ->> 'kind' AS kind, count(*) AS times FROM sys_events e
    WHERE e.name = 'thing.poisoned' AND NOT EXISTS (
        SELECT FROM sys_dead_letters d
        WHERE d.tenant_id = e.tenant_id AND d.insert_order = e.insert_order)
    GROUP BY 1
"""
UNTASTED = """
    SELECT count(*) FROM sys_events e WHERE e.name = 'thing.counted' AND NOT EXISTS (
        SELECT FROM crash_effects x WHERE x.tenant_id = e.tenant_id AND x.event_id = e.id
          AND x.consumer = 'crash.taster')
"""


async def run(trial: Trial) -> Outcome:
    """Two relays; whichever dies is started again."""
    kinds = list(POISONS) * trial.count(EACH)
    random.Random(f"poison {trial.seed}").shuffle(kinds)
    async with world_of(trial, Shape(serve=0, relay=2, index=0, settings=SETTINGS)) as world:
        async with world.host() as host:
            tenants = [system_context(tenant) for tenant in world.tenants.values()]
            since = await world.now()
            counting = asyncio.create_task(_count(host, tenants))
            for number, kind in enumerate(kinds):
                trial.tell(f"poison: {kind}")
                await _record(host, tenants[number % len(tenants)], ThingPoisoned(kind=kind))
                await asyncio.sleep(EVERY_SECONDS)
            parked = await _parked(world, len(kinds))
            counting.cancel()
            until = await world.now()
        late = await lags(world, since, until, TASTER)
        findings = await _left(world)
        async with judge_of(world) as judge:
            findings += await judge.log()
            findings += await judge.effects()
        starts = sum(process.child.starts for process in world.processes.values())
    return [
        Measure(name="poison events", value=len(kinds)),
        Measure(name="parked", value=parked, least=len(kinds)),
        Measure(name="deaths of workers", value=starts - len(world.processes)),
        Measure(name="other events", value=len(late), least=1),
        Measure(name="lag of others, p50", value=late.at(0.5), unit="s"),
        Measure(name="lag of others, p99", value=late.at(0.99), unit="s", most=2.0),
        Measure(name="lag of others, longest", value=late.at(1.0), unit="s"),
    ], findings


async def _record(host: Host, ctx: Context, fact: ThingCounted | ThingPoisoned) -> None:
    async with host.db.write(ctx) as session:
        session.record(fact, aggregate_id=uuid4(), aggregate_version=1)


async def _count(host: Host, tenants: list[Context]) -> None:
    number = 0
    while True:
        number += 1
        await _record(host, tenants[number % len(tenants)], ThingCounted(number=number))
        await asyncio.sleep(1 / RATE)


async def _parked(world: World, wanted: int) -> int:
    owner = await world.owner()
    ends_at = time.monotonic() + PARKED_SECONDS
    try:
        while True:
            parked: int = await owner.fetchval(PARKED)
            if parked >= wanted or time.monotonic() > ends_at:
                return parked
            await asyncio.sleep(0.25)
    finally:
        await owner.close()


async def _left(world: World) -> list[Finding]:
    owner = await world.owner()
    ends_at = time.monotonic() + PARKED_SECONDS
    try:
        while time.monotonic() < ends_at and await owner.fetchval(UNTASTED):  # noqa: ASYNC110  # SQL
            await asyncio.sleep(0.25)
        rows = await owner.fetch(UNPARKED)
        findings = [Finding("STUCK", f"{row[1]} of {row[0]} are not parked") for row in rows]
        untasted = await owner.fetchval(UNTASTED)
        if untasted:
            findings.append(Finding("STUCK", f"{untasted} harmless events were not applied"))
        return findings
    finally:
        await owner.close()


POISON = Scenario(
    name="poison",
    summary="50 events of ten kinds that fail, hang or kill their workers",
    minutes=MINUTES,
    run=run,
)
