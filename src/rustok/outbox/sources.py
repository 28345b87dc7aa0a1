"""Where consumers of this process read a stream, if there is one."""

from collections.abc import Sequence

from rustok.core.events.transport import EventSource, Lane, Stretch, Transport


class Sources:
    """Opened by whoever connects the stream; closed, everything is read from PostgreSQL."""

    def __init__(self) -> None:
        self._transport: Transport | None = None
        self._sources: dict[frozenset[int], EventSource] = {}

    @property
    def is_open(self) -> bool:
        """Whether there is a stream."""
        return self._transport is not None

    def open(self, transport: Transport) -> None:
        """From now on the stream is asked first."""
        self._transport = transport

    async def read(
        self, consumer: str, partitions: frozenset[int], lanes: Sequence[Lane], *, most: int
    ) -> Sequence[Stretch]:
        """What the stream has at hand of the lanes, nothing where it has none: see EventSource."""
        if self._transport is None:
            return ()
        source = self._sources.get(partitions)
        if source is None:
            # of another share there is nothing more to read
            self._sources = {partitions: self._transport.source(partitions)}
            source = self._sources[partitions]
        return await source.read(consumer, lanes, most=most)
