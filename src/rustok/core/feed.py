"""Port of the feed: what happened in a tenant, told while it happens to whoever listens here."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

import msgspec

from rustok.core.context import Context
from rustok.core.errors import Unavailable
from rustok.core.events.event import Event


class ListenerTooSlow(Unavailable):
    """More happened than this listener took in time: read the present state and listen again."""

    code = "LISTENER_TOO_SLOW"
    title = "Events were missed"


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """The names of the events to be told of, all of them or those about one aggregate.

    `behind` names a consumer of the log: an event is told once that has passed it, so that whoever
    then reads what the consumer writes finds the event's effect there. Without one, events are
    told as soon as they have a position.
    """

    events: frozenset[str]
    behind: str | None = None
    aggregate_id: UUID | None = None


class Feed(Protocol):
    """Tells of events from now on, in order; the past is the log's and the read model's."""

    def listen(
        self, ctx: Context, topic: Topic
    ) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        """The events of the context's tenant, from when the block is entered until it is left.

        A consumer's failed event is told of too: it has passed it. Iterating raises
        ListenerTooSlow, entering raises DatabaseUnavailable.
        """
        ...
