"""Events are rows of the transaction that made them true, fenced by tenant, and final."""

from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from rustok.core.context import Context, TenantRef
from rustok.core.db.database import EventStore
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.errors import EventUnknown
from rustok.outbox.event_log import EventLog
from rustok.outbox.types import EventFilter
from rustok.testing.actors import as_actor
from rustok.testing.databases import TestDatabase
from tests.outbox.probe import Clock, ThingChanged, ThingSeen, change


async def test_events_carry_their_envelope_and_keep_their_order(
    host: Host, ctx: Context, clock: Clock
) -> None:
    user, thing = uuid4(), uuid4()
    caller = msgspec.structs.replace(
        as_actor(ctx, user_id=user), request_id="req-1", causation_id=uuid4()
    )
    async with host.db.write(caller) as session:
        first = session.record(ThingChanged(note="a"), aggregate_id=thing, aggregate_version=1)
        second = session.record(ThingSeen(), aggregate_id=thing, aggregate_version=2)
    token = session.token
    await workers.sequencer(host).drain()

    events = await host.get(EventLog).tail(where=EventFilter(aggregate_id=thing))

    assert [event.id for event in events] == [first, second]
    assert [event.insert_order for event in events] == [(token or 0) - 1, token]
    assert events[0].payload == '{"note":"a"}'
    assert (events[1].name, events[1].schema_version) == ("thing.seen", 2)
    assert events[0].position is not None
    assert events[1].position == events[0].position + 1
    for event in events:
        assert event.tenant_id == ctx.tenant.id
        assert event.actor_id == user
        assert event.correlation_id == "req-1"
        assert event.causation_id == caller.causation_id
        assert event.occurred_at == clock.now()


async def test_what_is_rolled_back_leaves_no_event(host: Host, ctx: Context) -> None:
    async def fail() -> None:
        async with host.db.write(ctx) as session:
            session.record(ThingChanged(), aggregate_id=uuid4(), aggregate_version=1)
            await host.get(EventStore).append(ctx, session, session.pending)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await fail()
    await workers.sequencer(host).drain()
    assert await host.get(EventLog).tail(where=EventFilter(name="thing.changed")) == []


async def test_positions_have_no_gaps_where_the_insert_order_has(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    for _ in range(3):
        await change(host, ctx)
        await owner.execute("SELECT nextval('sys_events_insert_order')")
        await workers.sequencer(host).drain()
    positions = [event.position for event in await host.get(EventLog).tail()]
    assert positions == list(range(1, len(positions) + 1))


async def test_tail_shows_the_last_events_or_those_after_a_position(
    host: Host, ctx: Context, other_ctx: Context
) -> None:
    await change(host, ctx, times=3)
    await change(host, other_ctx, times=3)
    await workers.sequencer(host).drain()
    log = host.get(EventLog)
    changed = EventFilter(name="thing.changed")
    everything = await log.tail(where=changed)
    assert len(everything) == 6
    assert await log.tail(limit=2, where=changed) == everything[-2:]
    assert await log.tail(after=everything[1].position, limit=2, where=changed) == everything[2:4]
    own = EventFilter(tenant_id=other_ctx.tenant.id, aggregate="thing")
    assert await log.tail(where=own) == everything[3:]
    assert await log.show(everything[0].id) == everything[0]
    with pytest.raises(EventUnknown):
        await log.show(uuid4())


async def test_health_says_how_long_the_oldest_event_waits_for_its_position(
    host: Host, ctx: Context, clock: Clock
) -> None:
    await workers.sequencer(host).drain()
    assert (await host.get(EventLog).health()).unsequenced_seconds == 0.0
    await change(host, ctx)
    clock.advance(7)
    assert (await host.get(EventLog).health()).unsequenced_seconds == 7.0


async def as_tenant(connection: asyncpg.Connection, tenant: TenantRef) -> None:
    await connection.execute("SELECT set_config('rustok.tenant_id', $1, false)", str(tenant.id))


@pytest.mark.parametrize("table", ["sys_events", "sys_retries", "sys_dead_letters"])
async def test_the_runtime_role_sees_its_own_tenant_and_can_take_nothing_back(
    host: Host,
    database: TestDatabase,
    ctx: Context,
    other_ctx: Context,
    table: str,
) -> None:
    await change(host, ctx)
    await change(host, other_ctx)
    connection = await asyncpg.connect(database.runtime_url)
    try:
        assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0
        await as_tenant(connection, ctx.tenant)
        tenants = await connection.fetch(f"SELECT DISTINCT tenant_id FROM {table}")
        assert {row[0] for row in tenants} <= {ctx.tenant.id}
        for statement in (
            f"UPDATE {table} SET position = 1",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_the_runtime_role_cannot_write_another_tenants_event(
    database: TestDatabase, ctx: Context, other_ctx: Context
) -> None:
    connection = await asyncpg.connect(database.runtime_url)
    try:
        await as_tenant(connection, ctx.tenant)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(
                "INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, "
                "aggregate_id, aggregate_version, payload, occurred_at, correlation_id) "
                "VALUES ($1, $2, 'x', 1, 'x', $2, 1, '{}', now(), '')",
                other_ctx.tenant.id,
                uuid4(),
            )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("SELECT * FROM sys_sequence(1)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("UPDATE sys_cursors SET position = 0")
    finally:
        await connection.close()


async def test_the_worker_role_cannot_change_an_event_or_its_position(
    host: Host, database: TestDatabase, ctx: Context
) -> None:
    await change(host, ctx)
    await workers.sequencer(host).drain()
    connection = await asyncpg.connect(database.worker_url)
    try:
        await as_tenant(connection, ctx.tenant)
        assert await connection.fetchval("SELECT count(*) FROM sys_events") > 0
        assert await connection.execute("UPDATE sys_events SET position = 99") == "UPDATE 0"
        for statement in ("UPDATE sys_events SET payload = '{}'", "DELETE FROM sys_events"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_sequencing_refuses_an_isolation_level_that_would_hide_commits(
    database: TestDatabase,
) -> None:
    connection = await asyncpg.connect(database.worker_url)
    try:
        with pytest.raises(asyncpg.RaiseError, match="READ COMMITTED"):
            async with connection.transaction(isolation="repeatable_read"):
                await connection.execute("SELECT * FROM sys_sequence(1)")
    finally:
        await connection.close()


async def test_the_queries_of_the_log_use_its_indexes(
    host: Host, owner: asyncpg.Connection, tenant: TenantRef
) -> None:
    await owner.execute(
        "INSERT INTO sys_events (tenant_id, position, id, name, schema_version, aggregate, "
        "aggregate_id, aggregate_version, payload, occurred_at, correlation_id) "
        "SELECT $1, n, gen_random_uuid(), 'filler', 1, 'x', gen_random_uuid(), 1, '{}', now(), '' "
        "FROM generate_series(100, 20000) AS n",
        tenant.id,
    )
    await owner.execute("ANALYZE sys_events")
    assert host.worker is not None
    async with host.worker.pool.acquire() as connection:
        for condition, index in (
            ("position > 50 AND position <= 9000 ORDER BY position LIMIT 9", "sys_events_position"),
            ("position IS NULL ORDER BY insert_order LIMIT 9", "sys_events_unsequenced"),
            (f"id = '{UUID(int=5)}'", "sys_events_id"),
        ):
            plan = await connection.fetch(f"EXPLAIN SELECT * FROM sys_events WHERE {condition}")
            assert index in "\n".join(row[0] for row in plan)
