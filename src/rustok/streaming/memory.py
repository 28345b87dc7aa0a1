"""Level 0: the publisher's own process holds what it published, and nobody else."""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic

from rustok.core.events.transport import EventSink, EventSource, Kept, Link, StreamState
from rustok.streaming.buffers import Buffers
from rustok.streaming.intake import Intake, Understanding
from rustok.streaming.numbers import StreamNumbers
from rustok.streaming.settings import StreamingSettings
from rustok.streaming.source import BufferedSource, Interest, Patience

MEGABYTE = 1_000_000
PUBLISHING_SECONDS = 10.0


class MemoryTransport:
    """A bounded queue in the process. What nobody reads is forgotten when it is full.

    Consumers in other processes read PostgreSQL.
    """

    name = "memory"
    state: StreamState = "connected"

    def __init__(
        self,
        settings: StreamingSettings,
        numbers: StreamNumbers,
        understanding: Understanding,
        *,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._settings = settings
        self._numbers = numbers
        self.buffers = Buffers(
            most_events=settings.buffer_events,
            most_bytes=settings.buffer_megabytes * MEGABYTE,
        )
        self._intake = Intake(self.buffers, numbers, understanding)
        self._interest = Interest()
        self._patience = Patience(settings.patience_milliseconds / 1_000)
        self._timer = timer
        self._published: float | None = None

    @property
    def sink(self) -> EventSink:
        """The queue's entrance."""
        return self

    def source(self, partitions: frozenset[int]) -> EventSource:
        """The queue's exit."""
        return BufferedSource(
            self.buffers,
            partitions,
            self._interest,
            self._numbers,
            is_usable=lambda: True,
            is_flowing=self._is_publishing,
            patience=self._patience,
        )

    def listen(self, arrived: Callable[[], object]) -> None:
        """Calls the listener after events were published in this process."""
        self._intake.listen(arrived)

    async def publish(self, links: Sequence[Link]) -> None:
        """Keeps the events as far as there is room; never fails."""
        for link in links:
            self._intake.keep(link)
        self._numbers.kept += len(links)
        self._published = self._timer()

    def _is_publishing(self) -> bool:
        """Whether the publisher that works is the one of this process, as far as one can tell."""
        published = self._published
        return published is not None and self._timer() - published < PUBLISHING_SECONDS

    async def last(self) -> Kept | None:
        """The event of the highest position that is still kept."""
        link = max(self.buffers, key=lambda link: link.event.position, default=None)
        return None if link is None else Kept(link.event.position, link.event.id)

    async def forget(self) -> None:
        """Empties the queue."""
        self.buffers.clear()

    async def run(self) -> None:
        """Nothing has to be connected."""
        await asyncio.Event().wait()
