"""A consumer that writes down which version of a thing it was shown, and by which node."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import asyncpg
import msgspec

from rustok.core.context import Context
from rustok.core.db import ReadSession, WriteSession
from rustok.core.events import Event
from rustok.core.events.subscription import RetryPolicy
from rustok.core.host import Host
from rustok.core.metrics import ProcessMetrics
from rustok.core.sql import Query
from tests.outbox.probe import effect

NAME = "probe.mirror"
LIMIT_SECONDS = 30.0
EFFECTS = "SELECT count(*) FROM probe_effects"
VERSION = Query(
    "SELECT version FROM probe_things WHERE tenant_id = :tenant_id AND id = :id", int, id=UUID
)


class Mirror:
    """Implements SnapshotConsumer; `disturb` comes before each event on the primary."""

    name = NAME
    events: tuple[str, ...] | None = ("thing.changed",)
    retry = RetryPolicy(first_seconds=0.01)

    def __init__(self, disturb: Callable[[Event], Awaitable[None]] | None = None) -> None:
        self.nodes: list[str] = []
        self._disturb = disturb

    async def handle(self, ctx: Context, session: WriteSession, events: Sequence[Event]) -> None:
        if self._disturb is not None:
            for event in events:
                await self._disturb(event)
        await self._write(ctx, session, session, events)
        self.nodes += ["primary"] * len(events)

    async def handle_from(
        self, ctx: Context, source: ReadSession, session: WriteSession, events: Sequence[Event]
    ) -> None:
        await self._write(ctx, source, session, events)
        self.nodes += ["replica"] * len(events)

    async def _write(
        self, ctx: Context, source: ReadSession, session: WriteSession, events: Sequence[Event]
    ) -> None:
        assert ctx.tenant.id == session.tenant_id == source.tenant_id
        for event in events:
            shown = await source.one(VERSION, id=event.aggregate_id)
            assert shown >= event.aggregate_version
            seen = msgspec.structs.replace(event, aggregate_version=shown)
            await effect(session, self.name, seen)


async def reached(condition: Callable[[], bool]) -> None:
    """Waits until it is so; raises TimeoutError."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while not condition():  # noqa: ASYNC110  # a number has no event
            await asyncio.sleep(0.01)


async def counted(owner: asyncpg.Connection, count: int) -> None:
    """Waits until the mirror has so many effects, or more."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while await owner.fetchval(EFFECTS) < count:  # noqa: ASYNC110  # PostgreSQL sends no event
            await asyncio.sleep(0.01)


def metric(host: Host, name: str) -> float:
    """The sum of a metric's samples."""
    lines = host.get(ProcessMetrics).text().decode().splitlines()
    return sum(
        float(line.rpartition(" ")[2])
        for line in lines
        if line.startswith((f"{name}{{", f"{name} "))
    )
