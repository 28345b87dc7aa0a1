"""How many events of a lane to try in one transaction, once some of them have failed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

FACTOR = 8


class Reach(NamedTuple):
    """A failed batch of a lane: its last position, and how many of its events to try now."""

    upto: int
    each: int


class Care:
    """The lanes of one hand in which a batch failed, until all of it is behind them.

    Smaller and smaller batches find the event that fails; a batch of one names it. What may take
    its whole time limit again goes straight to one, and stays there: to grow before the event is
    found would be to fail once more for each.
    """

    def __init__(self) -> None:
        self._lanes: dict[UUID, Reach] = {}

    def failed(self, uptos: Mapping[UUID, int], count: int, *, slow: bool) -> None:
        """A batch of so many events failed, up to these positions of the lanes."""
        each = 1 if slow else max(1, count // FACTOR)
        for tenant_id, upto in uptos.items():
            before = self._lanes.get(tenant_id)
            known = upto if before is None else max(upto, before.upto)
            self._lanes[tenant_id] = Reach(known, each)

    def of(self, tenant_id: UUID, after: int) -> int | None:
        """How many events to try after the position, or None where any number may be."""
        reach = self._lanes.get(tenant_id)
        if reach is None:
            return None
        if after >= reach.upto:
            del self._lanes[tenant_id]
            return None
        return reach.each

    def chosen(self, tenants: Sequence[UUID], positions: Sequence[int]) -> tuple[int, int | None]:
        """How many of these lanes to take together, from the first on, and how many events each.

        A lane with a failure behind it is taken by itself.
        """
        for place, (tenant_id, after) in enumerate(zip(tenants, positions, strict=True)):
            each = self.of(tenant_id, after)
            if each is not None:
                return (1, each) if place == 0 else (place, None)
        return len(tenants), None
