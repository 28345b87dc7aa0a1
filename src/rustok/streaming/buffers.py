"""What a stream has brought, kept for the consumers of a process, within bounds."""

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Iterator, Sequence
from uuid import UUID

from rustok.core.events.event import Event
from rustok.core.events.transport import Lane, Link, Stretch

OVERHEAD_BYTES = 1_000
"""What an event takes beside its payload, about."""
_SLACK = 1_000


class _Tenant:
    """The links of one tenant by position."""

    __slots__ = ("links", "positions")

    def __init__(self) -> None:
        self.positions: list[int] = []
        self.links: dict[int, Link] = {}


class Buffers:
    """Links may come in any order, twice, or not at all: only what has no gap is given.

    A tenant keeps its newest `most_events`; of all tenants' events, the ones that came first go
    first when they take more than `most_bytes`.
    """

    def __init__(self, *, most_events: int, most_bytes: int) -> None:
        self._most_events = most_events
        self._most_bytes = most_bytes
        self._tenants: dict[UUID, _Tenant] = {}
        self._arrivals: deque[tuple[UUID, int]] = deque()
        self.events = 0
        """How many are kept."""
        self.bytes = 0
        """What they take, about."""

    def add(self, link: Link) -> bool:
        """Keeps a link; returns whether it is a new one.

        Two different events at one position come from two histories of the log: then neither is
        kept, nor what follows them.
        """
        event = link.event
        tenant = self._tenants.get(event.tenant_id)
        if tenant is None:
            tenant = self._tenants[event.tenant_id] = _Tenant()
        known = tenant.links.get(event.position)
        if known is not None:
            if known.event.id != event.id:
                self._forget(event.tenant_id, tenant, event.position)
            return False
        if not tenant.positions or tenant.positions[-1] < event.position:
            tenant.positions.append(event.position)
        else:
            insort(tenant.positions, event.position)
        tenant.links[event.position] = link
        self.events += 1
        self.bytes += _size(link)
        self._arrivals.append((event.tenant_id, event.position))
        self._shrink(event.tenant_id, tenant)
        return True

    def newest(self, tenant_id: UUID) -> int:
        """The last position that is kept of a tenant; 0 where none is."""
        tenant = self._tenants.get(tenant_id)
        return 0 if tenant is None else tenant.positions[-1]

    def stretch(self, lane: Lane, most: int) -> Stretch | None:
        """What follows the lane's position directly, at most so many; None where nothing does."""
        tenant = self._tenants.get(lane.tenant_id)
        if tenant is None:
            return None
        found = _chain(tenant, lane.after, most)
        if not found:
            return None
        return Stretch(
            tenant_id=lane.tenant_id,
            after=lane.after,
            upto=found[-1].position,
            events=tuple(found),
        )

    def __iter__(self) -> Iterator[Link]:
        """What is kept, each tenant's in order."""
        for tenant in self._tenants.values():
            for position in tenant.positions:
                yield tenant.links[position]

    def clear(self) -> None:
        """Forgets everything."""
        self._tenants.clear()
        self._arrivals.clear()
        self.events = self.bytes = 0

    def _shrink(self, tenant_id: UUID, tenant: _Tenant) -> None:
        if len(tenant.positions) > self._most_events:
            self._drop(tenant_id, tenant, tenant.positions[0])
        while self.bytes > self._most_bytes:
            owner, position = self._arrivals.popleft()
            kept = self._tenants.get(owner)
            if kept is not None:
                self._drop(owner, kept, position)
        if len(self._arrivals) > 2 * self.events + _SLACK:
            self._arrivals = deque(
                (owner, position)
                for owner, position in self._arrivals
                if owner in self._tenants and position in self._tenants[owner].links
            )

    def _forget(self, tenant_id: UUID, tenant: _Tenant, since: int) -> None:
        for position in [one for one in tenant.positions if one >= since]:
            self._drop(tenant_id, tenant, position)

    def _drop(self, tenant_id: UUID, tenant: _Tenant, position: int) -> None:
        link = tenant.links.pop(position, None)
        if link is None:
            return
        tenant.positions.remove(position)
        self.events -= 1
        self.bytes -= _size(link)
        if not tenant.links:
            del self._tenants[tenant_id]


def _chain(tenant: _Tenant, after: int, most: int) -> Sequence[Event]:
    """Each event follows the one before it, of which `previous` is the proof."""
    found: list[Event] = []
    reached = after
    start = bisect_right(tenant.positions, after)
    for position in tenant.positions[start : start + most]:
        link = tenant.links[position]
        if link.previous > reached:
            break
        found.append(link.event)
        reached = position
    return found


def _size(link: Link) -> int:
    return len(link.event.payload) + OVERHEAD_BYTES
