"""No committed event is lost, repeated or seen out of its aggregate's order."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.db.database import EventStore
from rustok.core.db.pool import open_pool
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.consumers import ConsumerRunner
from rustok.outbox.counts import ConsumerCounts
from rustok.outbox.event_log import EventLog
from rustok.outbox.sequencer import Sequencer
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.types import EventFilter
from rustok.outbox.wakeups import Wakeups
from rustok.testing.databases import TestDatabase
from tests.outbox.probe import (
    NEXT_VERSION,
    PAUSE,
    Recorder,
    ThingChanged,
    applied,
    change,
    versions,
)

WRITERS = 16
CHANGES = 50


class ChangedMind(Exception):
    """A writer rolls back."""


async def write_at_random(
    db: Database, store: EventStore, ctx: Context, things: list[UUID], seed: int
) -> int:
    """Commits or rolls back changes, pausing while the events already have their numbers."""
    chance = random.Random(seed)
    kept = 0
    for _ in range(CHANGES):
        thing, gives_up = chance.choice(things), chance.random() < 0.25
        try:
            async with db.write(ctx) as session:
                version = await session.one(NEXT_VERSION, id=thing)
                session.record(ThingChanged(), aggregate_id=thing, aggregate_version=version)
                await store.append(ctx, session, session.pending)
                session.pending.clear()
                await session.execute(PAUSE, seconds=chance.choice((0.0, 0.001, 0.01)))
                if gives_up:
                    raise ChangedMind
        except ChangedMind:
            continue
        store.wake()
        kept += 1
    return kept


@asynccontextmanager
async def wide_database(host: Host, database: TestDatabase) -> AsyncIterator[Database]:
    """A database of the runtime role with a connection for each writer."""
    settings = msgspec.structs.replace(database.config.database, pool_max=WRITERS)
    pool = await open_pool(database.runtime_url, settings, name="writers")
    try:
        yield Database(pool, lambda: host.get(EventStore), host.ids, settings)
    finally:
        await pool.close()


async def test_sixteen_writers_lose_no_event_and_no_order(
    host: Host,
    database: TestDatabase,
    owner: asyncpg.Connection,
    ctx: Context,
    other_ctx: Context,
) -> None:
    things = [uuid4() for _ in range(6)]
    store = host.get(EventStore)
    sequencers = [workers.sequencer(host) for _ in range(2)]
    runners = [workers.runner(host, Recorder()) for _ in range(2)]
    parts: list[Sequencer | ConsumerRunner] = [*sequencers, *runners]
    async with wide_database(host, database) as db:
        open_long = await db.pool.acquire()
        await open_long.execute("BEGIN; SELECT txid_current()")
        running = [asyncio.create_task(part.run()) for part in parts]
        kept = await asyncio.gather(
            *(
                write_at_random(db, store, (ctx, other_ctx)[n % 2], things, seed=n)
                for n in range(WRITERS)
            )
        )
        for part in parts:
            part.stop()
        await asyncio.gather(*running)
        await sequencers[0].drain()
        await runners[0].drain()
        await open_long.execute("ROLLBACK")
        await db.pool.release(open_long)

    effects = await applied(owner)
    assert len(effects) == len({effect.position for effect in effects}) == sum(kept)
    for tenant_id in (ctx.tenant.id, other_ctx.tenant.id):
        own = [effect for effect in effects if effect.tenant_id == tenant_id]
        assert [effect.position for effect in own] == sorted(effect.position for effect in own)
        for thing in things:
            seen = [effect.version for effect in own if effect.aggregate_id == thing]
            assert seen == list(range(1, len(seen) + 1))


async def test_a_cursor_over_insert_order_would_lose_the_event_that_commits_late(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    """The reason for the sequencer: the naive cursor passes a hole, the position does not."""
    recorder = Recorder()
    early, late = uuid4(), uuid4()
    store, runner = host.get(EventStore), workers.runner(host, recorder)
    sequencer = workers.sequencer(host)
    naive: list[UUID] = []
    last = await owner.fetchval("SELECT max(insert_order) FROM sys_events")

    async def read_naively() -> None:
        nonlocal last
        for row in await owner.fetch(
            "SELECT insert_order, aggregate_id FROM sys_events WHERE insert_order > $1 ORDER BY 1",
            last,
        ):
            last = row[0]
            naive.append(row[1])

    async def read_by_position() -> None:
        await sequencer.drain()
        await runner.drain()

    async with host.db.write(ctx) as session:
        session.record(ThingChanged(), aggregate_id=early, aggregate_version=1)
        await store.append(ctx, session, session.pending)
        session.pending.clear()
        await change(host, ctx, late)
        await read_naively()
        await read_by_position()
    await read_naively()
    await read_by_position()

    assert naive == [late]
    assert [effect.aggregate_id for effect in await applied(owner)] == [late, early]


async def test_a_batch_is_numbered_in_insert_order_and_the_rest_later(
    host: Host, ctx: Context
) -> None:
    assert host.worker is not None
    await change(host, ctx, times=7)
    small = Sequencer(
        host.worker, host.get(Wakeups), ConsumerCounts(), OutboxSettings(sequence_batch=3)
    )
    while await small.step():
        pass
    events = await host.get(EventLog).tail(where=EventFilter(name="thing.changed"))
    orders = [event.insert_order for event in events]
    assert len(orders) == 7
    assert orders == sorted(orders)
    assert all(b.position == (a.position or 0) + 1 for a, b in pairwise(events))


async def test_numbering_reads_no_more_rows_than_it_numbers(
    database: TestDatabase, owner: asyncpg.Connection, ctx: Context
) -> None:
    """Also where the session made its plans while the log was empty."""
    connection = await asyncpg.connect(database.worker_url)
    try:
        for _ in range(10):
            await connection.fetch("SELECT * FROM sys_sequence(1000)")
        await owner.execute(
            "INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, "
            "aggregate_id, aggregate_version, payload, occurred_at, correlation_id) "
            "SELECT $1, gen_random_uuid(), 'x', 1, 'x', gen_random_uuid(), 1, '{}', now(), '' "
            "FROM generate_series(1, 3000)",
            ctx.tenant.id,
        )
        async with connection.transaction():
            numbered = await connection.fetchval("SELECT numbered FROM sys_sequence(1000)")
            read = await connection.fetchval(
                "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables "
                "WHERE relname = 'sys_events'"
            )
        assert numbered == 1000
        assert read <= 4 * numbered
    finally:
        await connection.close()


async def killed_at(point: str, database: TestDatabase, ctx: Context) -> None:
    """Lets another process come to the point and kills it there with SIGKILL."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.outbox.worker_process",
        point,
        msgspec.json.encode(database.urls).decode(),
        ctx.tenant.slug,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            line = await process.stdout.readline()
        assert line == b"READY\n"
    finally:
        process.kill()
        await process.wait()


@pytest.mark.parametrize("point", ["committed", "consuming"])
async def test_what_a_killed_process_left_is_applied_once_by_the_next(
    host: Host,
    database: TestDatabase,
    owner: asyncpg.Connection,
    ctx: Context,
    point: str,
) -> None:
    await killed_at(point, database, ctx)
    assert await applied(owner) == []
    await workers.sequencer(host).drain()
    runner = workers.runner(host, Recorder())
    async with asyncio.timeout(10):  # until the server has noticed that the owner of the lock died
        while len(await applied(owner)) < 5:
            await runner.drain()
    (thing,) = {effect.aggregate_id for effect in await applied(owner)}
    assert await versions(owner, thing) == [1, 2, 3, 4, 5]
