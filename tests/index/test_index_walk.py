"""A rebuild walks through all tenants' aggregates, in steps that are marked when they are done."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest

from rustok.core.context import Context, TenantRef, system_context
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory, TenantUnknown
from rustok.index import walk, writer
from rustok.index.repository import FillingRow
from rustok.index.walk import Batch, Walk
from rustok.testing.databases import TestDatabase
from tests.index.things import Thing, ThingProjection, Things

From: TypeAlias = tuple[UUID | None, UUID | None]
Walking: TypeAlias = Callable[..., AbstractAsyncContextManager[Walk]]

BEGINNING: From = (None, None)


@pytest.fixture
def walking(host: Host, ctx: Context) -> Walking:
    """A step from somewhere, with a tenant directory of the test's or the platform's."""
    worker, directory = host.worker, host.get(TenantDirectory)
    assert worker is not None

    @asynccontextmanager
    async def begin(
        start: From = BEGINNING, tenants: TenantDirectory = directory
    ) -> AsyncIterator[Walk]:
        async with worker.write(ctx) as session:
            yield Walk(session, ThingProjection(), tenants, FillingRow(2, 1, "building", *start))

    return begin


@pytest.fixture
async def everyone(database: TestDatabase) -> list[UUID]:
    """All tenants in their order; there are more than the two that have things."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        return [id_ for (id_,) in await connection.fetch("SELECT id FROM tenants ORDER BY id")]
    finally:
        await connection.close()


async def rest(step: Walk) -> list[Batch]:
    """All batches that the step still has."""
    found = []
    while (batch := await step.next()) is not None:
        found.append(batch)
    assert await step.next() is None
    return found


async def add(things: Things, ctx: Context, count: int) -> list[UUID]:
    return sorted([await things.save(ctx, Thing(title=f"thing {n}")) for n in range(count)])


def filled(batches: list[Batch]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for ctx, ids in batches:
        found.setdefault(ctx.tenant.id, []).extend(ids)
    return found


async def test_a_step_goes_through_the_aggregates_of_several_tenants(
    walking: Walking, things: Things, ctx: Context, other_ctx: Context, everyone: list[UUID]
) -> None:
    expected = {each.tenant.id: await add(things, each, 3) for each in (ctx, other_ctx)}
    async with walking() as step:
        assert filled(await rest(step)) == expected
        assert step.ended
        assert step.tenant_id == everyone[-1]


async def test_a_batch_is_of_one_tenant_and_no_larger_than_a_statement_takes(
    walking: Walking,
    things: Things,
    ctx: Context,
    other_ctx: Context,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writer, "AT_ONCE", 2)
    for each in (ctx, other_ctx):
        await add(things, each, 3)
    async with walking() as step:
        assert [len(batch.ids) for batch in await rest(step)] == [2, 1, 2, 1]


@pytest.mark.parametrize("page", [1, 2, 3, 10])
@pytest.mark.parametrize("seconds", [0.0, 60.0])
async def test_steps_one_after_another_meet_every_aggregate_once(
    walking: Walking,
    things: Things,
    ctx: Context,
    other_ctx: Context,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    page: int,
) -> None:
    monkeypatch.setattr(walk, "PAGE", page)
    monkeypatch.setattr(walk, "STEP_SECONDS", seconds)
    expected = {each.tenant.id: await add(things, each, 4) for each in (ctx, other_ctx)}
    met: list[Batch] = []
    start, ended, steps = BEGINNING, False, 0
    while not ended:
        async with walking(start) as step:
            batches = await rest(step)
            assert seconds or sum(len(batch.ids) for batch in batches) <= page
            met += batches
            start, ended = (step.tenant_id, step.filled_to), step.ended
            steps += 1
    assert filled(met) == expected
    assert (steps == 1) == bool(seconds)


async def test_tenants_without_aggregates_take_time_as_well(
    walking: Walking, everyone: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a step through a hundred thousand of them would be one transaction."""
    monkeypatch.setattr(walk, "STEP_SECONDS", 0.0)
    start = BEGINNING
    reached: list[UUID | None] = []
    while len(reached) <= len(everyone):
        async with walking(start) as step:
            assert await rest(step) == []
            if step.ended:
                break
            start = (step.tenant_id, step.filled_to)
            reached.append(step.tenant_id)
    assert reached == everyone


async def test_a_tenant_that_was_deleted_on_the_way_is_passed(
    walking: Walking, things: Things, host: Host, ctx: Context, other_ctx: Context
) -> None:
    expected = {each.tenant.id: await add(things, each, 2) for each in (ctx, other_ctx)}
    first = min(expected)

    class WithoutFirst:
        async def any_by_id(self, tenant_id: UUID) -> TenantRef:
            if tenant_id == first:
                raise TenantUnknown
            return await host.get(TenantDirectory).any_by_id(tenant_id)

    del expected[first]
    for start in (BEGINNING, (first, UUID(int=0))):
        async with walking(start, WithoutFirst()) as step:
            assert filled(await rest(step)) == expected
            assert step.ended


async def test_contexts_are_the_tenants_own(walking: Walking, things: Things, ctx: Context) -> None:
    await add(things, ctx, 1)
    async with walking() as step:
        (batch,) = await rest(step)
    assert batch.ctx.tenant == system_context(ctx.tenant).tenant
