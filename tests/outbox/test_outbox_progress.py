"""Read-your-writes: a caller waits for its own event, and for no other's."""

import asyncio
from time import monotonic
from uuid import uuid4

import asyncpg
import pytest

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event
from rustok.core.events.ports import LogProgress
from rustok.core.host import Host
from rustok.outbox import workers
from rustok.outbox.progress import Progress
from rustok.outbox.settling import drain
from rustok.outbox.wakeups import Wakeups
from tests.outbox.probe import Recorder, change

NAME = "probe.recorder"


def impatient(host: Host, seconds: float = 0.05) -> Progress:
    return Progress(host.db, host.get(Wakeups), wait_seconds=seconds)


async def test_an_event_is_passed_once_the_consumer_has_applied_it(
    host: Host, ctx: Context
) -> None:
    token = await change(host, ctx)
    progress = impatient(host)
    assert not await progress.passed(ctx, NAME, token)
    sequencer, runner = workers.sequencer(host), workers.runner(host, Recorder())
    await sequencer.drain()
    assert not await progress.passed(ctx, NAME, token)
    await runner.drain()
    assert await progress.passed(ctx, NAME, token)
    assert not await progress.passed(ctx, NAME, await change(host, ctx))


async def test_a_caller_waits_for_the_consumer(host: Host, ctx: Context) -> None:
    token = await change(host, ctx)
    waiting = asyncio.create_task(host.get(LogProgress).passed(ctx, NAME, token))
    await drain(workers.sequencer(host), [workers.runner(host, Recorder())])
    assert await waiting


async def test_a_caller_sees_by_itself_what_another_process_has_applied(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    token = await change(host, ctx)
    waiting = asyncio.create_task(host.get(LogProgress).passed(ctx, NAME, token))
    await workers.sequencer(host).drain()
    await owner.execute("INSERT INTO sys_cursors VALUES ($1, $2, 1000, now())", ctx.tenant.id, NAME)
    async with asyncio.timeout(1):
        assert await waiting


async def test_waiting_ends_after_its_limit(host: Host, ctx: Context) -> None:
    token = await change(host, ctx)
    began = monotonic()
    assert not await impatient(host, 0.2).passed(ctx, NAME, token)
    assert 0.2 <= monotonic() - began < 1


async def test_a_failed_event_is_not_waited_for(host: Host, ctx: Context) -> None:
    async def fail(_session: WriteSession, _event: Event) -> None:
        raise ValueError("no")

    thing = uuid4()
    failed = await change(host, ctx, thing)
    behind = await change(host, ctx, thing)
    await drain(workers.sequencer(host), [workers.runner(host, Recorder(disturb=fail))])
    async with asyncio.timeout(1):
        assert not await impatient(host, 30).passed(ctx, NAME, failed)
        assert not await impatient(host, 30).passed(ctx, NAME, behind)


@pytest.mark.parametrize("token", [-1, 0, 10**6, 2**63 - 1, 2**63, 10**30])
async def test_a_token_that_names_no_event_is_harmless(
    host: Host, ctx: Context, token: int
) -> None:
    async with asyncio.timeout(1):
        assert not await impatient(host, 30).passed(ctx, NAME, token)


async def test_a_token_of_another_tenant_names_no_event(
    host: Host, ctx: Context, other_ctx: Context
) -> None:
    token = await change(host, other_ctx)
    await drain(workers.sequencer(host), [workers.runner(host, Recorder())])
    async with asyncio.timeout(1):
        assert not await impatient(host, 30).passed(ctx, NAME, token)
    assert await impatient(host).passed(other_ctx, NAME, token)
