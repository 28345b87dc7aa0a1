"""Old events go, unless somebody has still to read them; the table does not grow for ever."""

import asyncio
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from rustok.app.workers import relay_workers
from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event, Fact
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.dead_letters import DeadLetters
from rustok.outbox.migrations.outbox_0007_operators import EXPIRE_LOCK
from rustok.outbox.retention import Expirations, Retention, retention
from rustok.outbox.settings import OutboxSettings
from rustok.testing.databases import TestDatabase
from tests.outbox.probe import Clock, Recorder, ThingChanged, change, run

DAY = 86_400.0
CYCLE = 2_000
INSERT = """
    INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, aggregate_id,
                            aggregate_version, payload, occurred_at, correlation_id)
    SELECT $1, gen_random_uuid(), 'thing.changed', 1, 'thing', gen_random_uuid(), 1,
           '{"note": "a note of some length"}', $2, 'cycle'
    FROM generate_series(1, $3)
"""


def keeper(host: Host, **settings: int) -> Retention:
    """A retention that knows the facts of the small domain."""
    found = msgspec.structs.replace(host.settings(OutboxSettings), **settings)
    assert host.worker is not None
    facts: list[type[Fact]] = [ThingChanged, *declared(host)]
    return Retention(host.worker, host.clock, found, facts, host.get(Expirations))


def declared(host: Host) -> list[type[Fact]]:
    return [fact for module in host.modules for fact in module.part("events") or ()]


async def names(owner: asyncpg.Connection) -> list[str]:
    rows = await owner.fetch("SELECT name FROM sys_events ORDER BY insert_order")
    return [row["name"] for row in rows]


async def passed(host: Host, clock: Clock, ctx: Context, *, times: int = 3) -> None:
    """Some changes that a consumer of everything has passed, and a later one of 40 days after."""
    await change(host, ctx, times=times)
    await run(host, workers.runner(host, Recorder(events=None)))
    clock.advance(40 * DAY)
    await change(host, ctx)
    await run(host, workers.runner(host, Recorder(events=None)))


async def test_events_go_after_their_days_and_those_for_audits_after_more(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    await passed(host, clock, ctx)
    kept = ["tenant.created", *["thing.changed"] * 4]
    assert await names(owner) == kept
    clock.advance(-11 * DAY)
    assert await keeper(host).drain() == 0
    clock.advance(11 * DAY)
    assert await keeper(host).drain() == 3
    assert await names(owner) == ["tenant.created", "thing.changed"]
    clock.advance(330 * DAY)
    assert await keeper(host).drain() == 1
    assert await names(owner) == ["thing.changed"], "a tenant's last event always stays"


async def test_what_no_module_declares_is_kept_as_long_as_what_is_for_audits(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    await passed(host, clock, ctx)

    assert await retention(host).drain() == 0


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"retention_days": 0}, ["thing.changed"] * 4),
        ({"audit_retention_days": 0}, ["tenant.created", "thing.changed"]),
        (
            {"retention_days": 0, "audit_retention_days": 0},
            ["tenant.created"] + 4 * ["thing.changed"],
        ),
    ],
)
async def test_no_days_mean_for_ever(
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    clock: Clock,
    settings: dict[str, int],
    left: list[str],
) -> None:
    await passed(host, clock, ctx)
    clock.advance(400 * DAY)
    await keeper(host, **settings).drain()

    assert await names(owner) == left


async def test_nothing_goes_that_a_consumer_or_a_publisher_has_not_passed(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    await passed(host, clock, ctx)
    await owner.execute("INSERT INTO sys_consumers VALUES ('probe.late', now())")
    assert await keeper(host).drain() == 0
    await owner.execute(
        "INSERT INTO sys_cursors VALUES ($1, 'probe.late', 2, now())", ctx.tenant.id
    )
    assert await keeper(host).drain() == 1
    await owner.execute("DELETE FROM sys_consumers WHERE name = 'probe.late'")
    await owner.execute("INSERT INTO sys_publishers (name, position) VALUES ('nats', 3)")
    assert await keeper(host).drain() == 1
    await owner.execute("DELETE FROM sys_publishers")
    assert await keeper(host).drain() == 1


async def test_who_holds_old_events_back_and_runs_nowhere_is_named(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    await passed(host, clock, ctx)
    assert await keeper(host).holding_back() == []
    await owner.execute("INSERT INTO sys_consumers VALUES ('probe.gone', now())")
    assert await keeper(host).holding_back() == ["probe.gone"]
    assert await keeper(host, retention_days=0).holding_back() == []
    clock.advance(-20 * DAY)
    assert await keeper(host).holding_back() == [], "nothing is old enough yet"
    clock.advance(20 * DAY)
    await owner.execute(
        "INSERT INTO sys_leases (consumer, partition, owner) VALUES ('probe.gone', 0, $1)", uuid4()
    )
    assert await keeper(host).holding_back() == [], "it is only late"


async def test_nothing_goes_before_the_first_consumer_is_known(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    await change(host, ctx, times=3)
    await workers.sequencer(host).drain()
    clock.advance(400 * DAY)

    assert await keeper(host).drain() == 0


async def test_nothing_goes_that_waits_for_a_retry_or_is_dead(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    sick = uuid4()

    async def fail(_session: WriteSession, event: Event) -> None:
        if (event.aggregate_id, event.aggregate_version) == (sick, 1):
            raise ValueError("no")

    consumer = Recorder(retry=RetryPolicy(attempts=1), disturb=fail)
    await change(host, ctx, sick, times=2)
    await change(host, ctx)
    await run(host, workers.runner(host, consumer))
    clock.advance(40 * DAY)
    await change(host, ctx)
    await run(host, workers.runner(host, consumer))
    (letter,) = await host.get(DeadLetters).list()
    assert letter.waiting == 1
    assert await keeper(host).drain() == 1, "one is dead, one waits for it, one is the last"

    await host.get(DeadLetters).discard(letter.id)
    await run(host, workers.runner(host, consumer))
    assert await keeper(host).drain() == 2


async def test_each_tenants_events_go_for_themselves(
    host: Host, ctx: Context, other_ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    await change(host, other_ctx, times=2)
    await passed(host, clock, ctx)
    await change(host, other_ctx)
    await workers.sequencer(host).drain()
    await owner.execute("UPDATE sys_cursors SET position = 0 WHERE tenant_id = $1", ctx.tenant.id)

    assert await keeper(host).drain() == 2
    left = await owner.fetch(
        "SELECT tenant_id, count(*) AS n FROM sys_events WHERE name = 'thing.changed' GROUP BY 1"
    )
    assert {row["tenant_id"]: row["n"] for row in left} == {
        ctx.tenant.id: 4,
        other_ctx.tenant.id: 1,
    }


async def test_no_role_deletes_events_by_itself(database: TestDatabase) -> None:
    for url in (database.runtime_url, database.worker_url):
        connection = await asyncpg.connect(url)
        try:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("DELETE FROM sys_events")
        finally:
            await connection.close()
    connection = await asyncpg.connect(database.runtime_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("SELECT * FROM sys_expire(0, 10, '{}', now(), now())")
    finally:
        await connection.close()


async def test_of_several_one_works(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    await passed(host, clock, ctx)
    async with owner.transaction():
        await owner.execute("SELECT pg_advisory_xact_lock($1)", EXPIRE_LOCK)
        assert await keeper(host).drain() == 0
    assert await keeper(host).drain() == 3


async def test_a_relay_lets_old_events_go_by_itself(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    await passed(host, clock, ctx)
    clock.advance(400 * DAY)
    stopping = asyncio.Event()
    relay = asyncio.create_task(relay_workers(host).run(stopping))
    try:
        async with asyncio.timeout(20):
            while await names(owner) != ["thing.changed"]:  # noqa: ASYNC110  # the database tells nobody
                await asyncio.sleep(0.01)
    finally:
        stopping.set()
        await relay


async def test_the_table_stays_as_large_as_what_is_kept(
    host: Host, ctx: Context, owner: asyncpg.Connection, clock: Clock
) -> None:
    """Vacuum makes room of what expired, and new events take it, but for pages of indexes that
    are free one vacuum later."""
    sizes: list[int] = []
    for _ in range(6):
        await owner.execute(INSERT, ctx.tenant.id, clock.now(), CYCLE)
        await workers.sequencer(host).drain()
        await pass_everything(owner, clock)
        clock.advance(31 * DAY)
        await keeper(host).drain()
        await owner.execute("VACUUM sys_events")
        sizes.append(await owner.fetchval("SELECT pg_total_relation_size('sys_events'::regclass)"))
    assert await owner.fetchval("SELECT count(*) FROM sys_events") <= 2
    assert sizes[-1] <= sizes[1] * 2, sizes


async def pass_everything(owner: asyncpg.Connection, clock: Clock) -> None:
    """As a consumer that applies nothing."""
    await owner.execute(
        "INSERT INTO sys_consumers VALUES ('probe.all', now()) ON CONFLICT DO NOTHING"
    )
    await owner.execute(
        "INSERT INTO sys_cursors SELECT tenant_id, 'probe.all', position, $1 FROM sys_tenant_heads "
        "ON CONFLICT (tenant_id, consumer) DO UPDATE SET position = excluded.position",
        clock.now(),
    )
