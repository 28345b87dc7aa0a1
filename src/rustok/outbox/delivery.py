"""Hands events to a consumer in its transaction, and tells whose fault a failure is."""

import asyncio
from collections.abc import Awaitable, Sequence
from uuid import UUID

import asyncpg
import msgspec

from rustok.core.context import Context, system_context
from rustok.core.db import WriteSession
from rustok.core.db.database import EventStore
from rustok.core.db.snapshots import Snapshot
from rustok.core.errors import DatabaseUnavailable
from rustok.core.events.event import Event
from rustok.core.events.ports import Consumer, SnapshotConsumer
from rustok.core.events.subscription import Subscriber
from rustok.core.events.upcasting import Upcasters
from rustok.core.tenants import TenantDirectory
from rustok.core.tracing import handling
from rustok.outbox import repository
from rustok.outbox.stuck import HandlerStuck, StuckGuard

TENANT = "tenant"


class HandlerFailed(Exception):
    """A handler raised or took too long, and the database is not to blame; the cause says why."""


class HandlerCancelled(Exception):
    """A handler cancelled the task it ran in."""


class Delivery:
    """Calls one consumer; the facts it records are appended for the tenant it was called for."""

    def __init__(
        self,
        consumer: Consumer,
        tenants: TenantDirectory,
        store: EventStore,
        upcasters: Upcasters,
        guard: StuckGuard,
        *,
        limit_seconds: float,
    ) -> None:
        self._consumer = consumer
        self._tenants = tenants
        self._store = store
        self._upcasters = upcasters
        self._limit_seconds = limit_seconds
        guard.guard(type(self).deliver.__code__)
        guard.guard(_run.__code__)

    async def deliver(
        self,
        session: WriteSession,
        tenant_id: UUID,
        events: Sequence[Event],
        source: Snapshot | None = None,
        *,
        share: float = 1.0,
    ) -> bool:
        """Applies one tenant's events; returns whether new ones were recorded.

        `share` is how much of the time limit there is. With a source, which is for
        SnapshotConsumers, state is read there. Raises DatabaseUnavailable where the database is
        gone, else HandlerFailed.
        """
        try:
            if any(event.aggregate == TENANT for event in events):
                # the signal that purges the directory may come later than the event itself
                self._tenants.forget(tenant_id)
            ctx = system_context(await self._tenants.any_by_id(tenant_id))
            known = [self._upcasters.upcast(event) for event in events]
            if isinstance(self._consumer, Subscriber):
                return await self._one_by_one(self._consumer, ctx, session, known, share)
            return await self._at_once(_caused_by(ctx, known), session, known, source, share)
        except (Exception, HandlerStuck) as error:
            if _is_unavailable(error):
                raise
            if await _is_lost(session):
                raise DatabaseUnavailable from error
            raise HandlerFailed from error

    async def _at_once(
        self,
        ctx: Context,
        session: WriteSession,
        events: Sequence[Event],
        source: Snapshot | None,
        share: float,
    ) -> bool:
        with handling(events, consumer=self._consumer.name):
            async with asyncio.timeout(share * self._limit_seconds):
                await _alone(self._handled(ctx, session, events, source))
            return await self._append(ctx, session)

    def _handled(
        self,
        ctx: Context,
        session: WriteSession,
        events: Sequence[Event],
        source: Snapshot | None,
    ) -> Awaitable[None]:
        if source is None:
            return self._consumer.handle(ctx, session, events)
        assert isinstance(self._consumer, SnapshotConsumer)
        return self._consumer.handle_from(ctx, source, session, events)

    async def _one_by_one(
        self,
        subscriber: Subscriber,
        ctx: Context,
        session: WriteSession,
        events: Sequence[Event],
        share: float,
    ) -> bool:
        recorded = False
        for event in events:
            caused = _caused_by(ctx, (event,))
            with handling(event, consumer=subscriber.name):
                async with asyncio.timeout(share * self._limit_seconds):
                    await _alone(subscriber.handler(caused, session, event))
                recorded |= await self._append(caused, session)
        return recorded

    async def _append(self, ctx: Context, session: WriteSession) -> bool:
        if not session.pending:
            return False
        await self._store.append(ctx, session, session.pending)
        session.pending.clear()
        return True


async def _alone(handling: Awaitable[None]) -> None:
    """Runs a handler in a task of its own: one that cancels its task ends no worker."""
    task = asyncio.create_task(_run(handling))
    try:
        await task
    except asyncio.CancelledError:
        caller = asyncio.current_task()
        if caller is not None and caller.cancelling():
            raise
        raise HandlerCancelled("The handler cancelled itself.") from None


async def _run(handling: Awaitable[None]) -> None:
    await handling


def _caused_by(ctx: Context, events: Sequence[Event]) -> Context:
    """A context that carries the trace on, where there is just one cause."""
    if len(events) != 1:
        return ctx
    cause = events[0]
    return msgspec.structs.replace(ctx, request_id=cause.correlation_id, causation_id=cause.id)


def _is_unavailable(error: BaseException) -> bool:
    """Whether a database was out of reach; the driver's InterfaceError is also a handler's bug."""
    cause = error.__cause__
    return isinstance(error, DatabaseUnavailable) and not isinstance(cause, asyncpg.InterfaceError)


async def _is_lost(session: WriteSession) -> bool:
    try:
        await session.maybe(repository.ALIVE)
    except asyncpg.InFailedSQLTransactionError:
        return False
    except DatabaseUnavailable:
        return True
    return False
