"""Every event comes up to five times and out of order: by the stream, and to the projections."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress

from rustok.core.context import system_context
from rustok.core.events.event import Event
from rustok.core.host import Host
from rustok.index.service import consumers
from tools.crash.repeating import MOST_TIMES, WINDOW, Repeater
from tools.crash.report import Measure
from tools.crash.trial import Outcome, Scenario, Trial, judged, under_load, world_of
from tools.crash.world import Shape, World

LOAD_SECONDS = 120.0
MINUTES = 4.5
STREAM = "RUSTOK_EVENTS"
BATCH = 20
EVENTS = """
    SELECT e.id, e.position, e.tenant_id, e.name, e.schema_version, e.aggregate, e.aggregate_id,
           e.aggregate_version, e.payload::text::bytea AS payload, e.occurred_at
    FROM sys_events e WHERE e.position IS NOT NULL ORDER BY e.position
"""


async def run(trial: Trial) -> Outcome:
    """The stream repeats itself under load; then the projections get all once more, shuffled."""
    chance = random.Random(f"redelivery {trial.seed}")
    settings = {"RUSTOK_EVENTS_TRANSPORT": "nats"}
    async with world_of(trial, Shape(nats=True, settings=settings)) as world:
        assert world.nats is not None
        repeater = Repeater(world.nats.port, STREAM, chance)
        repeating = asyncio.create_task(repeater.run())
        async with under_load(trial, world, "again"):
            await asyncio.sleep(trial.seconds(LOAD_SECONDS, least=8))
            async with world.host() as host:
                delivered = await _deliver(world, host, chance)
        repeating.cancel()
        with suppress(asyncio.CancelledError):
            await repeating
        measures, findings = await judged(world, "again")
    return [
        Measure(name="messages on the stream", value=repeater.heard, least=1),
        Measure(name="repeated on the stream", value=repeater.repeated, least=1),
        Measure(name="delivered once more, shuffled", value=delivered, least=1),
        *measures,
    ], findings


async def _deliver(world: World, host: Host, chance: random.Random) -> int:
    """Hands every event to every projection up to five times, beside the workers."""
    owner = await world.owner()
    events = [Event(**dict(row)) for row in await owner.fetch(EVENTS)]
    await owner.close()
    copies = shuffled(events, chance)
    tenants = {tenant.id: tenant for tenant in world.tenants.values()}
    assert host.worker is not None
    for consumer in consumers(host):
        wanted = [e for e in copies if consumer.events is None or e.name in consumer.events]
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            for tenant_id in {event.tenant_id for event in batch}:
                ctx = system_context(tenants[tenant_id])
                async with host.worker.write(ctx) as session:
                    own = [event for event in batch if event.tenant_id == tenant_id]
                    await consumer.handle(ctx, session, own)
    return len(copies)


def shuffled(events: Sequence[Event], chance: random.Random) -> list[Event]:
    """Each event one to five times, none further than 500 places from where it belongs."""
    placed = [
        (place + chance.uniform(0, WINDOW), event)
        for place, event in enumerate(events)
        for _ in range(chance.randint(1, MOST_TIMES))
    ]
    return [event for _, event in sorted(placed, key=lambda item: item[0])]


REDELIVERY = Scenario(
    name="redelivery",
    summary="every event up to five times, shuffled within 500",
    minutes=MINUTES,
    run=run,
)
