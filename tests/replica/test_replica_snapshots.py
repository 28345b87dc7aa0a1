"""A snapshot is of one moment, for one tenant at a time, and whatever fails in it is its loss."""

from uuid import uuid4

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.db.snapshots import SnapshotLost, snapshot
from rustok.core.host import Host
from rustok.core.sql import Query
from tests.outbox.probe import change
from tests.replica.mirror import VERSION

WRITING = Query("DELETE FROM probe_things WHERE tenant_id = :tenant_id RETURNING version", int)
WAIT_SECONDS = 10.0


async def test_all_its_queries_see_the_same_moment(host: Host, ctx: Context) -> None:
    thing = uuid4()
    await change(host, ctx, thing)
    assert host.worker is not None
    async with snapshot(host.worker, ctx.tenant.id, wait_seconds=WAIT_SECONDS) as source:
        assert await source.one(VERSION, id=thing) == 1
        await change(host, ctx, thing)
        assert await source.one(VERSION, id=thing) == 1
        await source.switch_tenant(uuid4())
        assert await source.maybe(VERSION, id=thing) is None
        await source.switch_tenant(ctx.tenant.id)
        assert await source.one(VERSION, id=thing) == 1
    async with snapshot(host.worker, ctx.tenant.id, wait_seconds=WAIT_SECONDS) as source:
        assert await source.one(VERSION, id=thing) == 2


async def test_it_only_reads(host: Host, ctx: Context, owner: asyncpg.Connection) -> None:
    await change(host, ctx)
    assert host.worker is not None
    async with snapshot(host.worker, ctx.tenant.id, wait_seconds=WAIT_SECONDS) as source:
        with pytest.raises(SnapshotLost) as caught:
            await source.all(WRITING)
    assert isinstance(caught.value.__cause__, asyncpg.ReadOnlySQLTransactionError)
    assert await owner.fetchval("SELECT count(*) FROM probe_things") == 1
