"""What was seen of the backlog at one moment, for each tenant and in all: pure, without I/O."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Final
from uuid import UUID

import msgspec

from rustok.core.pressure.levels import LEAVE_CRITICAL, Level, next_level
from rustok.core.pressure.ports import Waiting

SMOOTHING: Final = 0.5
"""How much of the drain's rate comes from the last look."""
UNKNOWN_SECONDS: Final = 30
"""What is told of a backlog that nobody has seen shrink yet."""
MOST_SECONDS: Final = 60
PLATFORM: Final = "platform"


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """How many events may wait, of one tenant and in all."""

    tenant: int
    total: int


class Depth(msgspec.Struct, frozen=True, array_like=True):
    """How many events wait, what level that is, and how many a second are worked off."""

    events: int = 0
    level: Level = "normal"
    drain: float = 0.0

    def after(self, events: int, capacity: int, seconds: float) -> "Depth":
        """What it has become so many seconds later."""
        drain = self.drain
        if events < self.events and seconds > 0:
            seen = (self.events - events) / seconds
            drain = seen if drain == 0 else drain + SMOOTHING * (seen - drain)
        return Depth(events, next_level(self.level, events / capacity), round(drain, 3))

    def retry_after(self, capacity: int) -> int:
        """In how many seconds it may be critical no more."""
        excess = self.events - LEAVE_CRITICAL * capacity
        if self.drain <= 0:
            return UNKNOWN_SECONDS
        return max(1, min(MOST_SECONDS, ceil(excess / self.drain)))


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """A change of level; the subject is a tenant's id or the platform."""

    subject: str
    before: Level
    now: Level
    events: int
    capacity: int


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The depths. Tenants without waiting events are at ease and not in it.

    `pause` is how many seconds to leave it at that, because looking took long.
    """

    total: Depth = Depth()
    tenants: dict[UUID, Depth] = {}
    pause: float = 0.0

    def after(
        self, waiting: Iterable[Waiting], capacity: Capacity, seconds: float
    ) -> tuple["Reading", Sequence[Transition]]:
        """What is seen so many seconds later, and which levels have changed."""
        counted, events = _depths(waiting)
        total = self.total.after(events, capacity.total, seconds)
        tenants = {
            tenant_id: self.of(tenant_id).after(counted[tenant_id], capacity.tenant, seconds)
            for tenant_id in self.tenants.keys() | counted.keys()
        }
        changes = [_change(PLATFORM, self.total, total, capacity.total)]
        changes += [
            _change(str(tenant_id), self.of(tenant_id), depth, capacity.tenant)
            for tenant_id, depth in sorted(tenants.items())
        ]
        kept = {tenant_id: depth for tenant_id, depth in tenants.items() if depth.events}
        return (
            Reading(total=total, tenants=kept),
            tuple(change for change in changes if change is not None),
        )

    def of(self, tenant_id: UUID) -> Depth:
        """A tenant's depth."""
        return self.tenants.get(tenant_id, Depth())


def _depths(waiting: Iterable[Waiting]) -> tuple[Counter[UUID], int]:
    """Those without a position and what the consumer furthest behind has, by tenant and in all."""
    unsequenced: Counter[UUID] = Counter()
    behind: dict[str, Counter[UUID]] = {}
    for each in waiting:
        counts = behind.setdefault(each.consumer, Counter()) if each.consumer else unsequenced
        counts[each.tenant_id] += each.events
    tenants = Counter(unsequenced)
    for tenant_id in {tenant_id for counts in behind.values() for tenant_id in counts}:
        tenants[tenant_id] += max(counts[tenant_id] for counts in behind.values())
    furthest = max((counts.total() for counts in behind.values()), default=0)
    return tenants, unsequenced.total() + furthest


def _change(subject: str, before: Depth, now: Depth, capacity: int) -> Transition | None:
    if before.level == now.level:
        return None
    return Transition(
        subject=subject,
        before=before.level,
        now=now.level,
        events=now.events,
        capacity=capacity,
    )
