"""A small domain for the log's tests: things with versions, and a consumer that writes down."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import msgspec

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event, Fact
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from rustok.core.sql import Query, Statement
from rustok.outbox import workers
from rustok.outbox.consumers import ConsumerRunner
from rustok.outbox.settling import drain

TABLES = """
    CREATE TABLE probe_late (id int PRIMARY KEY);
    CREATE TABLE probe_things (tenant_id uuid, id uuid, version int, PRIMARY KEY (tenant_id, id));
    CREATE TABLE probe_effects (
        number bigint GENERATED ALWAYS AS IDENTITY,
        tenant_id uuid, consumer text, aggregate_id uuid, version bigint, position bigint,
        late int REFERENCES probe_late (id) DEFERRABLE INITIALLY DEFERRED
    );
    GRANT ALL ON probe_things, probe_effects TO rustok_runtime, rustok_worker;
    GRANT SELECT ON probe_late TO rustok_runtime, rustok_worker;
"""
EFFECT = Statement(
    """
    INSERT INTO probe_effects (tenant_id, consumer, aggregate_id, version, position, late)
    VALUES (:tenant_id, :consumer, :aggregate_id, :version, :position, :late)
    """,
    consumer=str,
    aggregate_id=UUID,
    version=int,
    position=int,
    late=int,
)
NEXT_VERSION = Query(
    """
    INSERT INTO probe_things VALUES (:tenant_id, :id, 1)
    ON CONFLICT (tenant_id, id) DO UPDATE SET version = probe_things.version + 1
    RETURNING version
    """,
    int,
    id=UUID,
)
PAUSE = Statement("SELECT pg_sleep(:seconds)", seconds=float)


class ThingChanged(Fact, frozen=True):
    """A thing changed."""

    name = "thing.changed"
    aggregate = "thing"
    note: str = ""


class ThingSeen(Fact, frozen=True):
    """A thing was seen."""

    name = "thing.seen"
    schema_version = 2
    aggregate = "thing"


class Filler(Fact, frozen=True):
    """What only fills the log."""

    name = "filler"
    aggregate = "x"


class Other(Fact, frozen=True):
    """An event of another name."""

    name = "other"
    aggregate = "x"


FILLERS = (Filler, Other)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


Disturbance = Callable[[WriteSession, Event], Awaitable[None]]


class Recorder:
    """A consumer that writes every event down, after whatever `disturb` does."""

    def __init__(
        self,
        name: str = "probe.recorder",
        *,
        events: tuple[str, ...] | None = ("thing.changed",),
        retry: RetryPolicy | None = None,
        disturb: Disturbance | None = None,
    ) -> None:
        self.name = name
        self.events = events
        self.retry = retry or RetryPolicy()
        self.disturb = disturb
        self.batches: list[int] = []

    async def handle(self, ctx: Context, session: WriteSession, events: Sequence[Event]) -> None:
        assert ctx.tenant.id == session.tenant_id
        self.batches.append(len(events))
        for event in events:
            assert event.tenant_id == ctx.tenant.id
            if self.disturb is not None:
                await self.disturb(session, event)
            await effect(session, self.name, event)


async def effect(
    session: WriteSession, consumer: str, event: Event, *, late: int | None = None
) -> None:
    await session.execute(
        EFFECT,
        consumer=consumer,
        aggregate_id=event.aggregate_id,
        version=event.aggregate_version,
        position=event.position,
        late=late,
    )


class Applied(msgspec.Struct, frozen=True):
    """An effect, as found in the database."""

    tenant_id: UUID
    aggregate_id: UUID
    version: int
    position: int


async def applied(owner: asyncpg.Connection, consumer: str = "probe.recorder") -> list[Applied]:
    rows = await owner.fetch(
        "SELECT tenant_id, aggregate_id, version, position FROM probe_effects "
        "WHERE consumer = $1 ORDER BY number",
        consumer,
    )
    return [Applied(*row) for row in rows]


async def versions(owner: asyncpg.Connection, thing: UUID) -> list[int]:
    """The versions of a thing, in the order they were applied."""
    return [effect.version for effect in await applied(owner) if effect.aggregate_id == thing]


async def change(host: Host, ctx: Context, thing: UUID | None = None, *, times: int = 1) -> int:
    """Changes a thing, each time in a transaction of its own; returns the last token."""
    thing = thing or uuid4()
    token = 0
    for _ in range(times):
        async with host.db.write(ctx) as session:
            version = await session.one(NEXT_VERSION, id=thing)
            session.record(ThingChanged(), aggregate_id=thing, aggregate_version=version)
        token = session.token or 0
    return token


async def parked(owner: asyncpg.Connection) -> list[tuple[int, bool]]:
    """Attempts of each waiting event in order, and whether it is the one that is due next."""
    rows = await owner.fetch("SELECT attempts, next_at FROM sys_retries ORDER BY position")
    return [(row[0], row[1] is not None) for row in rows]


async def run(host: Host, runner: ConsumerRunner) -> None:
    await drain(workers.sequencer(host), [runner])
