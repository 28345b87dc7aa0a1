"""Runs a consumer: each tenant's cursor moves in the transaction of its effect."""

import asyncio

from rustok.core.clock import Clock
from rustok.core.db import Database
from rustok.core.db.database import EventStore
from rustok.core.events.ports import Consumer, SnapshotConsumer
from rustok.core.events.upcasting import Upcasters
from rustok.core.tenants import TenantDirectory
from rustok.outbox.applying import Parts, Step
from rustok.outbox.counts import ConsumerCounts
from rustok.outbox.delivery import Delivery
from rustok.outbox.hand import Hand, HandName
from rustok.outbox.loop import Loop
from rustok.outbox.membership import Membership
from rustok.outbox.parking import Parking
from rustok.outbox.replica import Replica
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.sources import Sources
from rustok.outbox.stuck import StuckGuard
from rustok.outbox.wakeups import Bell, Wakeups

_LEAST_POLL_SECONDS: dict[HandName, float] = {"prompt": 0.0, "bulk": 1.0}
"""A flood whose wake-up was lost may wait a little longer than a single event."""

__all__ = ["ConsumerRunner", "Step"]


class ConsumerRunner:
    """Applies the log to one consumer, for the tenants that this worker leases.

    Two hands work side by side, so that a tenant with much to do does not delay the others.
    """

    def __init__(
        self,
        consumer: Consumer,
        worker: Database,
        *,
        membership: Membership,
        sources: Sources,
        replica: Replica | None = None,
        store: EventStore,
        tenants: TenantDirectory,
        wakeups: Wakeups,
        clock: Clock,
        counts: ConsumerCounts,
        upcasters: Upcasters,
        guard: StuckGuard,
        settings: OutboxSettings,
    ) -> None:
        self.name = consumer.name
        self._membership = membership
        self._parts = Parts(
            consumer=consumer,
            worker=worker,
            membership=membership,
            delivery=Delivery(
                consumer, tenants, store, upcasters, guard, limit_seconds=settings.handler_seconds
            ),
            parking=Parking(consumer.name, consumer.retry, clock, worker.ids),
            sources=sources,
            replica=replica if isinstance(consumer, SnapshotConsumer) else None,
            store=store,
            wakeups=wakeups,
            floods=Bell(),
            clock=clock,
            counts=counts,
            settings=settings,
        )
        self._both = Hand("both", self._parts)
        self._loops = [self._loop("prompt"), self._loop("bulk")]
        membership.join(consumer.name)

    async def run(self) -> None:
        """Applies events until stopped, through losses of the connection."""
        await asyncio.gather(*(loop.run() for loop in self._loops))

    def stop(self) -> None:
        """Ends `run` after the batches that are under way."""
        for loop in self._loops:
            loop.stop()

    async def drain(self) -> bool:
        """Applies what is sequenced and retries what is due by now; returns whether it did any.

        What is leased is free again afterwards, unless workers of this process run.
        """
        worked = False
        try:
            while (await self.step()).did_work:
                worked = True
        finally:
            await self._membership.leave()
        return worked

    async def step(self) -> Step:
        """Applies one batch and retries one event."""
        return await self._both.step()

    def _loop(self, name: HandName) -> Loop:
        hand = Hand(name, self._parts)

        async def found_work() -> bool:
            return await hand.step() is Step.WORKED

        return Loop(
            f"{self.name}.{name}",
            found_work,
            self._parts.floods if name == "bulk" else self._parts.wakeups.sequenced,
            poll_seconds=max(self._parts.settings.poll_seconds, _LEAST_POLL_SECONDS[name]),
        )
