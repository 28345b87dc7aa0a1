"""How a module says what it wants to hear, and what happens when its handler fails."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

import msgspec

from rustok.core.context import Context
from rustok.core.db.sessions import WriteSession
from rustok.core.events.event import Event

Handler = Callable[[Context, WriteSession, Event], Awaitable[None]]


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Backoff doubles from `first_seconds` to `most_seconds`; after `attempts` comes a dead letter.

    `later_events` says what becomes of the same aggregate's later events once one is dead: they
    `wait` until it is retried or discarded, or they `pass`.
    """

    attempts: int = 5
    first_seconds: float = 1.0
    most_seconds: float = 60.0
    later_events: Literal["wait", "pass"] = "wait"


class Subscriber(msgspec.Struct, frozen=True, kw_only=True):
    """A consumer made of one function per event; a module lists its own in `subscribers.py`."""

    name: str
    events: tuple[str, ...]
    handler: Handler
    retry: RetryPolicy = RetryPolicy()

    async def handle(self, ctx: Context, session: WriteSession, events: Sequence[Event]) -> None:
        """Calls the handler for one event after the other."""
        for event in events:
            await self.handler(ctx, session, event)
