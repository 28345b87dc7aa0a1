"""Watches the backlog while anybody writes, and says who may."""

import asyncio
from collections import Counter
from contextlib import suppress
from time import monotonic
from typing import Final
from uuid import UUID

import structlog

from rustok.app.pressure.shared import SharedReading
from rustok.core.pressure import BackPressure, Capacity, Depth, Reading, Transition
from rustok.core.pressure.reading import PLATFORM

IDLE_SECONDS: Final = 60.0
"""After so long without a write nobody looks any more, unless something is wrong."""
WAIT_SECONDS: Final = 0.5
"""A request does not wait longer to know: the last level holds."""
TENANT: Final = "tenant"
_log = structlog.get_logger("rustok.pressure")


class PressureWatch:
    """What this process knows: at most about as old as a look is apart from the next."""

    def __init__(self, shared: SharedReading, capacity: Capacity, every: float) -> None:
        self.reading = Reading()
        self.capacity = capacity
        self.shed: Counter[str] = Counter()
        self._shared = shared
        self._every = every
        self._looked_at = -float("inf")
        self._asked_at = -float("inf")
        self._looking: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    async def admit(self, tenant_id: UUID) -> None:
        """Lets a request of the tenant write; raises BackPressure.

        The tenant's own backlog is looked at first: others do not wait for it.
        """
        self._asked_at = monotonic()
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch(), name="back-pressure")
        if self._asked_at - self._looked_at > 2 * self._every:
            with suppress(TimeoutError):
                async with asyncio.timeout(WAIT_SECONDS):
                    await self.look()
        self._refuse(TENANT, self.reading.of(tenant_id), self.capacity.tenant)
        self._refuse(PLATFORM, self.reading.total, self.capacity.total)

    async def look(self) -> None:
        """Learns what is known now; a database that does not answer changes nothing."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        await asyncio.shield(self._looking)

    async def close(self) -> None:
        """Ends what watches."""
        for task in (self._watching, self._looking):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _look(self) -> None:
        try:
            self.reading, changes = await self._shared.look()
        except Exception as error:  # noqa: BLE001  # who cannot look must not fail who writes
            _log.warning("back_pressure_unknown", error=repr(error))
            return
        finally:
            self._looked_at = monotonic()
        for change in changes:
            _tell(change)

    async def _watch(self) -> None:
        while monotonic() - self._asked_at < IDLE_SECONDS or self._is_tense:
            await asyncio.sleep(self._every)
            await self.look()

    @property
    def _is_tense(self) -> bool:
        depths = (self.reading.total, *self.reading.tenants.values())
        return any(depth.level != "normal" for depth in depths)

    def _refuse(self, scope: str, depth: Depth, capacity: int) -> None:
        if depth.level != "critical":
            return
        self.shed[scope] += 1
        raise BackPressure(
            f"{depth.events} events wait to be worked off.",
            retry_after=depth.retry_after(capacity),
            extra={"scope": scope},
        )


def _tell(change: Transition) -> None:
    tell = _log.warning if change.now == "critical" else _log.info
    tell(
        "back_pressure_changed",
        subject=change.subject,
        before=change.before,
        now=change.now,
        events=change.events,
        capacity=change.capacity,
    )
