"""Ports of the streams that carry the log to its consumers.

The log in PostgreSQL is the truth, and a consumer's place in it is a row there; a stream only
brings the events nearer. It may lose all it holds, repeat it, or be replaced by an old copy: what
it cannot give without a gap is read from PostgreSQL.
"""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from rustok.core.errors import Unavailable
from rustok.core.events.event import Event


class StreamUnavailable(Unavailable):
    """The stream does not answer, or not as it should."""

    code = "STREAM_UNAVAILABLE"
    title = "The event stream is unavailable"


class StreamRefused(Exception):
    """The stream is there, but is none that this version may use: the start is refused."""

    code = "STREAM_REFUSED"


StreamState = Literal["connecting", "connected", "refused"]


class Link(msgspec.Struct, frozen=True):
    """An event and the position of its tenant's event before it, 0 for the first: what a reader
    without a gap is recognised by."""

    event: Event
    previous: int


class Kept(msgspec.Struct, frozen=True):
    """An event that a stream holds."""

    position: int
    id: UUID


class Lane(msgspec.Struct, frozen=True):
    """A tenant's part of the log, as far as a consumer has read it."""

    tenant_id: UUID
    after: int


class Stretch(msgspec.Struct, frozen=True):
    """All events of a tenant after one position and up to another, in order, without a gap.

    Without events, `upto` being `after`, it says: what follows is on its way, look again when the
    transport says that something arrived, or a little later, before reading PostgreSQL.
    """

    tenant_id: UUID
    after: int
    upto: int
    events: tuple[Event, ...]


class EventSource(Protocol):
    """Where consumers read what the stream has brought."""

    async def read(self, consumer: str, lanes: Sequence[Lane], *, most: int) -> Sequence[Stretch]:
        """What is at hand of each lane, at most `most` events of each, without waiting.

        A lane of which the stream cannot say what follows directly is left out, and is read from
        PostgreSQL. Never raises for a stream that is gone: then every lane is left out.
        """
        ...


class EventSink(Protocol):
    """Where the publisher sends the log on."""

    async def publish(self, links: Sequence[Link]) -> None:
        """Sends events in order of their positions, and returns when the stream has kept all.

        What was sent before is recognised by its position. Raises StreamUnavailable: then any of
        them may have been kept, and all are sent again.
        """
        ...

    async def last(self) -> Kept | None:
        """What it has kept last, as far as it can say; raises StreamUnavailable.

        The publisher compares it with the log: a database that was restored, or lost its last
        commits to a failover, gives their positions again, to other events.
        """
        ...

    async def forget(self) -> None:
        """Drops all it holds, and what readers have of it; raises StreamUnavailable."""
        ...


class Transport(Protocol):
    """A stream as a whole, by the name in `RUSTOK_EVENTS_TRANSPORT`."""

    @property
    def name(self) -> str:
        """Such as `nats`."""
        ...

    @property
    def state(self) -> StreamState:
        """Whether events go through it at this moment."""
        ...

    @property
    def sink(self) -> EventSink:
        """Its entrance."""
        ...

    def source(self, partitions: frozenset[int]) -> EventSource:
        """Its exit, for the tenants of these partitions: see `partition_of`."""
        ...

    def listen(self, arrived: Callable[[], object]) -> None:
        """Calls `arrived` after events have come that sources may give now."""
        ...

    async def run(self) -> None:
        """Connects, and connects again as often as needed, until cancelled.

        Raises StreamRefused where the stream is none of this version's from the beginning.
        """
        ...


PARTITIONS = 16
"""Into how many parts tenants are divided, of which each is served by one worker at a time."""


def partition_of(tenant_id: UUID) -> int:
    """The partition of a tenant, as `sys_partition(tenant_id)` says it in PostgreSQL."""
    return tenant_id.bytes[15] % PARTITIONS
