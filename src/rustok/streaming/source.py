"""Gives consumers what is in the buffers, and says for what it is worth to wait."""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic
from uuid import UUID

from rustok.core.events.transport import Lane, Stretch, partition_of
from rustok.streaming.buffers import Buffers
from rustok.streaming.numbers import StreamNumbers

INTEREST_SECONDS = 60.0
MOST_WAITING = 10_000


class Interest:
    """Which partitions the consumers of a process have asked for lately."""

    def __init__(self, *, timer: Callable[[], float] = monotonic) -> None:
        self._timer = timer
        self._asked: dict[int, float] = {}
        self.changed = asyncio.Event()
        """Set when a partition is asked for that was not before."""

    def note(self, partition: int) -> None:
        """A consumer asks for it."""
        if partition not in self._asked:
            self.changed.set()
        self._asked[partition] = self._timer()

    def current(self) -> frozenset[int]:
        """Those asked for within the last minute."""
        since = self._timer() - INTEREST_SECONDS
        self._asked = {one: asked for one, asked in self._asked.items() if asked >= since}
        return frozenset(self._asked)


class Patience:
    """How long a consumer waits for what follows in a tenant, before it reads PostgreSQL."""

    def __init__(self, seconds: float, *, timer: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._timer = timer
        self._waiting: dict[tuple[str, UUID], tuple[int, float]] = {}

    def lasts(self, consumer: str, lane: Lane) -> bool:
        """Whether the consumer has not waited for so long at this place of the lane."""
        now = self._timer()
        key = (consumer, lane.tenant_id)
        after, since = self._waiting.get(key, (-1, now))
        if after == lane.after:
            return now - since < self._seconds
        if len(self._waiting) >= MOST_WAITING:
            self._waiting.clear()
        self._waiting[key] = (lane.after, now)
        return self._seconds > 0


class BufferedSource:
    """Implements EventSource over the buffers of one process.

    `is_flowing` says whether the stream works at this moment: only then is there anything worth
    waiting for. `is_usable` is false while it is to be left alone.
    """

    def __init__(
        self,
        buffers: Buffers,
        partitions: frozenset[int],
        interest: Interest,
        numbers: StreamNumbers,
        *,
        is_usable: Callable[[], bool],
        is_flowing: Callable[[], bool],
        patience: Patience,
    ) -> None:
        self._buffers = buffers
        self._partitions = partitions
        self._interest = interest
        self._numbers = numbers
        self._is_usable = is_usable
        self._is_flowing = is_flowing
        self._patience = patience

    async def read(self, consumer: str, lanes: Sequence[Lane], *, most: int) -> Sequence[Stretch]:
        """What is at hand of each lane, without waiting and without any input or output."""
        found: list[Stretch] = []
        is_usable = self._is_usable()
        for lane in lanes:
            partition = partition_of(lane.tenant_id)
            if partition not in self._partitions:
                continue
            self._interest.note(partition)
            stretch = self._stretch(consumer, lane, most) if is_usable else None
            if stretch is None:
                self._numbers.left_out[consumer] += 1
            else:
                self._numbers.given[consumer] += len(stretch.events)
                found.append(stretch)
        return found

    def _stretch(self, consumer: str, lane: Lane, most: int) -> Stretch | None:
        found = self._buffers.stretch(lane, most)
        if found is not None or not self._is_on_its_way(consumer, lane):
            return found
        return Stretch(tenant_id=lane.tenant_id, after=lane.after, upto=lane.after, events=())

    def _is_on_its_way(self, consumer: str, lane: Lane) -> bool:
        """Whether the stream works, and has brought all up to the lane's position."""
        return (
            self._is_flowing()
            and self._buffers.newest(lane.tenant_id) == lane.after
            and self._patience.lasts(consumer, lane)
        )
