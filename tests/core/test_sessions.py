"""Sessions carry the tenant, commit with their events or leave nothing, and say what failed."""

import asyncio
from uuid import UUID

import asyncpg
import msgspec
import pytest

from rustok.core.context import Context, TenantRef, system_context
from rustok.core.db import Database
from rustok.core.db.failures import constraints
from rustok.core.db.unit import RequestUnit
from rustok.core.errors import (
    Conflict,
    DatabaseUnavailable,
    DeadlineExceeded,
    NotFound,
    ValidationFailed,
)
from rustok.core.host import Host
from rustok.core.sql import Query, Statement
from rustok.tenant.events import TenantUpdated
from rustok.testing.databases import TestDatabase

CURRENT = Query("SELECT nullif(current_setting('rustok.tenant_id', true), '')", str)
NAME = Query("SELECT name FROM tenants WHERE id = :tenant_id", str)
RENAME = Statement("UPDATE tenants SET name = :name WHERE id = :tenant_id", name=str)
EVENTS = Query("SELECT count(*) FROM sys_events WHERE tenant_id = :tenant_id", int)
SLEEP = Statement("SELECT pg_sleep(:seconds)", seconds=float)
INSERT = Statement(
    "INSERT INTO tenant_modules VALUES (:tenant_id, :module, true, now())", module=str
)
OTHERS = Statement("UPDATE tenants SET name = 'stolen' WHERE id <> :tenant_id")
SMALL = Query("SELECT :number::int4", int, number=int)
TEXT = Query("SELECT :text::text", str, text=str)


async def count_events(host: Host, ctx: Context) -> int:
    async with host.db.read(ctx) as session:
        return await session.one(EVENTS)


async def test_a_session_is_its_tenants_and_leaves_no_trace(host: Host, ctx: Context) -> None:
    async with host.db.read(ctx) as session:
        assert await session.one(CURRENT) == str(ctx.tenant.id)
    async with host.db.pool.acquire() as connection:
        assert await connection.fetchval(CURRENT.sql) is None


async def test_a_write_commits_with_its_events(host: Host, ctx: Context) -> None:
    before = await count_events(host, ctx)

    async with host.db.write(ctx) as session:
        await session.execute(RENAME, name="New")
        session.record(
            TenantUpdated(changed=("name",)), aggregate_id=UUID(int=1), aggregate_version=2
        )

    assert session.token is not None
    assert await count_events(host, ctx) == before + 1


async def test_a_failed_write_leaves_neither_change_nor_event(host: Host, ctx: Context) -> None:
    before = await count_events(host, ctx)

    with pytest.raises(RuntimeError):
        async with host.db.write(ctx) as session:
            await session.execute(RENAME, name="New")
            session.record(
                TenantUpdated(changed=("name",)), aggregate_id=UUID(int=1), aggregate_version=2
            )
            raise RuntimeError

    assert await count_events(host, ctx) == before
    async with host.db.read(ctx) as session:
        assert await session.one(NAME) == "Acme"


async def test_a_read_session_cannot_write(host: Host, ctx: Context) -> None:
    async with host.db.read(ctx) as session:
        connection = await session._lease.transaction()
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await connection.execute("UPDATE tenants SET name = 'x'")


async def test_nobody_elses_row_is_touched(
    host: Host, ctx: Context, other_tenant: TenantRef
) -> None:
    async with host.db.write(ctx) as session:
        assert await session.execute(OTHERS) == 0

    async with host.db.read(system_context(other_tenant)) as session:
        assert await session.one(NAME) == "Other"


async def test_a_savepoint_fails_alone_with_its_events(host: Host, ctx: Context) -> None:
    before = await count_events(host, ctx)

    async with host.db.write(ctx) as session:
        await session.execute(RENAME, name="Kept")
        with pytest.raises(RuntimeError):
            async with session.savepoint():
                await session.execute(RENAME, name="Lost")
                session.record(
                    TenantUpdated(changed=()), aggregate_id=UUID(int=1), aggregate_version=2
                )
                raise RuntimeError

    assert await count_events(host, ctx) == before
    async with host.db.read(ctx) as session:
        assert await session.one(NAME) == "Kept"


async def test_constraints_become_the_domains_errors(host: Host, ctx: Context) -> None:
    with pytest.raises(Conflict):
        async with host.db.write(ctx) as session:
            await session.execute(INSERT, module="x")
            with constraints({"tenant_modules_pkey": Conflict}):
                await session.execute(INSERT, module="x")


@pytest.mark.parametrize(("query", "values"), [(SMALL, {"number": 2**40}), (TEXT, {"text": "\0"})])
async def test_values_out_of_range_are_the_callers_mistake(
    host: Host, ctx: Context, query: Query[object], values: dict[str, object]
) -> None:
    with pytest.raises(ValidationFailed):
        async with host.db.read(ctx) as session:
            await session.one(query, **values)


async def test_a_wrong_type_is_our_mistake(host: Host, ctx: Context) -> None:
    with pytest.raises(asyncpg.DataError):
        async with host.db.read(ctx) as session:
            await session.one(TEXT, text=5)


async def test_what_is_missing_is_not_found(host: Host, ctx: Context) -> None:
    nobody = msgspec.structs.replace(ctx.tenant, id=UUID(int=1))
    with pytest.raises(NotFound):
        async with host.db.read(system_context(nobody)) as session:
            await session.one(NAME)


async def test_a_request_has_a_time_limit(host: Host, ctx: Context) -> None:
    deadline = asyncio.get_running_loop().time() + 0.1
    hurried = msgspec.structs.replace(ctx, deadline=deadline)

    with pytest.raises(DeadlineExceeded):
        async with host.db.write(hurried) as session:
            await session.execute(SLEEP, seconds=30.0)

    async with host.db.read(ctx) as session:
        assert await session.one(NAME) == "Acme"


async def test_a_lost_connection_is_said_and_survived(
    host: Host, ctx: Context, database: TestDatabase
) -> None:
    owner = await asyncpg.connect(database.owner_url)
    try:
        with pytest.raises(DatabaseUnavailable):
            async with host.db.write(ctx) as session:
                await session.execute(RENAME, name="New")
                await owner.execute("""
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND state = 'idle in transaction'
                """)
                await session.execute(RENAME, name="Newer")
    finally:
        await owner.close()
    async with host.db.read(ctx) as session:
        assert await session.one(NAME) == "Acme"


async def test_a_shared_unit_is_committed_by_its_edge_alone(host: Host, ctx: Context) -> None:
    db: Database = host.db
    async with db.pool.acquire() as connection:
        await connection.execute(
            f"BEGIN; SELECT set_config('rustok.tenant_id', '{ctx.tenant.id}', true)"
        )
        shared = msgspec.structs.replace(ctx, unit=RequestUnit(connection))
        async with db.write(shared) as session:
            await session.execute(RENAME, name="Held")
        async with db.read(shared) as session:
            assert await session.one(NAME) == "Held"
        async with db.read(ctx) as session:
            assert await session.one(NAME) == "Acme"
        await connection.execute("ROLLBACK")
    async with db.read(ctx) as session:
        assert await session.one(NAME) == "Acme"
