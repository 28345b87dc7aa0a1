"""Ports that the outbox implements and the composition root binds."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from rustok.core.context import Context
from rustok.core.db.sessions import ReadSession, WriteSession
from rustok.core.events.event import Event
from rustok.core.events.subscription import RetryPolicy


class Consumer(Protocol):
    """A named cursor over the log with an effect.

    `handle` gets events of one tenant, in order of their positions, in the transaction that moves
    the cursor; the session's tenant and the context are that tenant's. It must be idempotent per
    aggregate version: an older version than the one already applied is ignored.
    """

    @property
    def name(self) -> str:
        """Unique among all modules, such as `index.products`."""
        ...

    @property
    def events(self) -> tuple[str, ...] | None:
        """The names it wants, or None for all."""
        ...

    @property
    def retry(self) -> RetryPolicy:
        """What happens when handling fails."""
        ...

    async def handle(self, ctx: Context, session: WriteSession, events: Sequence[Event]) -> None:
        """Applies the events."""
        ...


@runtime_checkable
class SnapshotConsumer(Consumer, Protocol):
    """A consumer that may be given events and state by a replica, as they are at one moment there.

    It is one whose effect follows from the events and the state of their aggregates alone, such as
    a projection. Who keeps state of its own does not implement this, and reads the primary.
    """

    async def handle_from(
        self, ctx: Context, source: ReadSession, session: WriteSession, events: Sequence[Event]
    ) -> None:
        """Applies the events, reading all state from `source` and writing to `session` alone.

        What was applied to the tenant through the primary is in `source`; raises SnapshotOutdated
        where something else has been, and the events then come by the primary.
        """
        ...


class LogProgress(Protocol):
    """Knows how far consumers are: the read side of read-your-writes."""

    async def passed(self, ctx: Context, consumer: str, token: int) -> bool:
        """Waits up to 2 s; whether the consumer has passed the event that the token names."""
        ...
