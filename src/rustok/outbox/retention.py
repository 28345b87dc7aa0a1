"""Deletes events that are old enough, and that nobody has still to read."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from rustok.core.clock import Clock
from rustok.core.db import Database
from rustok.core.db.failures import translated
from rustok.core.events.fact import Fact
from rustok.core.host import Host, NotProvided
from rustok.core.metrics import Metrics
from rustok.outbox import retention_repository
from rustok.outbox.loop import Loop
from rustok.outbox.platform import PLATFORM
from rustok.outbox.retention_repository import Expired
from rustok.outbox.settings import OutboxSettings
from rustok.outbox.wakeups import Bell

_log = structlog.get_logger("rustok.outbox")
SPAN = 1_000
"""How many positions one transaction looks at, and so how many events it deletes at the most."""
PAUSE_SECONDS = 600.0
"""How long it rests after it has been through the log."""


class Expirations:
    """How many events this process has deleted because of their age."""

    def __init__(self, metrics: Metrics) -> None:
        self.count = 0
        metrics.count(
            "rustok_events_expired_total",
            "Events that were deleted because of their age.",
            lambda: [((), self.count)],
        )


class Retention:
    """Goes through the log from its beginning, again and again. Any number may run: one works.

    An event stays while a consumer or a publisher has not passed it, while it waits for a retry or
    is dead, and while it is its tenant's last one. What no installed module declares is kept as
    long as what is kept for audits.
    """

    def __init__(
        self,
        worker: Database,
        clock: Clock,
        settings: OutboxSettings,
        facts: Iterable[type[Fact]],
        expirations: Expirations,
    ) -> None:
        self._worker = worker
        self._clock = clock
        self._settings = settings
        self._expirations = expirations
        self._names = sorted(fact.name for fact in facts if fact.retention == "default")
        self._after = 0
        self._loop = Loop("retention", self.step, Bell(), poll_seconds=PAUSE_SECONDS)

    async def run(self) -> None:
        """Deletes what is old until stopped, through losses of the connection."""
        await self._loop.run()

    def stop(self) -> None:
        """Ends `run` after the transaction that is under way."""
        self._loop.stop()

    async def step(self) -> bool:
        """Looks at the next 1,000 positions; returns whether there are more to look at."""
        found = await self._expire()
        if found is None:
            return False
        self._expirations.count += found.deleted
        if found.deleted:
            _log.info("events_expired", count=found.deleted, up_to=found.reached)
        self._after = found.reached if found.more else 0
        if not found.more:
            await self._warn()
        return found.more

    async def drain(self) -> int:
        """Goes through the log once; returns how many events it deleted."""
        before = self._expirations.count
        while await self.step():
            pass
        return self._expirations.count - before

    async def holding_back(self) -> list[str]:
        """Consumers that nobody runs, and that have not passed events which are old enough."""
        before = self._days_ago(self._settings.retention_days)
        if before is None:
            return []
        async with self._worker.read(PLATFORM) as session:
            return await session.all(retention_repository.HOLDING_BACK, before=before)

    async def _warn(self) -> None:
        names = await self.holding_back()
        if names:
            _log.warning("retention_held_back", consumers=names, see="rustok events consumers")

    async def _expire(self) -> Expired | None:
        """None where nothing expires, or somebody else is at it."""
        before = self._days_ago(self._settings.retention_days)
        other_before = self._days_ago(self._settings.audit_retention_days)
        if before is None and other_before is None:
            return None
        query = retention_repository.EXPIRE
        values = {
            "after": self._after,
            "span": SPAN,
            "names": self._names,
            "before": before,
            "other_before": other_before,
        }
        with translated():
            record = await self._worker.pool.fetchrow(query.sql, *query.arguments(None, values))
        return None if record is None else query.row(record)

    def _days_ago(self, days: int) -> datetime | None:
        return None if days == 0 else self._clock.now() - timedelta(days=days)


def retention(host: Host) -> Retention:
    """The retention of the host's log; raises NotProvided without the worker role."""
    if host.worker is None:
        raise NotProvided("the database's worker role")
    facts = [fact for module in host.modules for fact in module.part("events") or ()]
    settings = host.settings(OutboxSettings)
    return Retention(host.worker, host.clock, settings, facts, host.get(Expirations))
