"""Settings of back-pressure."""

import msgspec

from rustok.core.pressure import Capacity


class BackPressureSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How many events may wait to be worked off, from `RUSTOK_BACK_PRESSURE__*`.

    Above 80 % of a capacity, writes that would add events are refused until it is below 70 %.
    """

    enabled: bool = True
    """Whether writes are refused at all."""
    tenant_capacity: int = 50_000
    """How many events of one tenant may wait; beyond it, that tenant's writes are refused."""
    capacity: int = 200_000
    """How many events may wait in all; beyond it, everybody's writes are refused."""
    look_seconds: float = 1.0
    """How often the backlog is looked at, by one of all processes, in seconds."""

    def __post_init__(self) -> None:
        """Raises ValueError, which is reported as an invalid setting."""
        if not 10 <= self.tenant_capacity <= self.capacity:
            raise ValueError("tenant_capacity is at least 10 and at most capacity")
        if not 0.1 <= self.look_seconds <= 10:
            raise ValueError("look_seconds is between 0.1 and 10")

    @property
    def both(self) -> Capacity:
        """The capacities."""
        return Capacity(tenant=self.tenant_capacity, total=self.capacity)
