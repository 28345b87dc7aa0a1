"""Wakes whoever waits for the log, in this process at once and in others by a coalesced signal."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import structlog

from rustok.core.signals import Signals

_log = structlog.get_logger("rustok.outbox")
CHANNEL = "rustok_log"
PAUSE_SECONDS = 0.005


class Bell:
    """Rung for everyone who listens. An event stays set until its listener clears it."""

    def __init__(self) -> None:
        self._events: set[asyncio.Event] = set()

    @contextmanager
    def listen(self) -> Iterator[asyncio.Event]:
        """An event of the listener's own."""
        event = asyncio.Event()
        self._events.add(event)
        try:
            yield event
        finally:
            self._events.discard(event)

    def ring(self) -> bool:
        """Sets every listener's event; returns whether there is one."""
        for event in self._events:
            event.set()
        return bool(self._events)


class Announcer:
    """Sends the first announcement at once, and those that come during it as one more."""

    def __init__(
        self, send: Callable[[], Awaitable[None]], *, pause_seconds: float = PAUSE_SECONDS
    ) -> None:
        self._send = send
        self._pause_seconds = pause_seconds
        self._wanted = False
        self._task: asyncio.Task[None] | None = None

    def announce(self) -> None:
        """Asks for a message to be sent, from a task of its own."""
        self._wanted = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._wanted:
            self._wanted = False
            try:
                await self._send()
            except Exception as error:  # noqa: BLE001  # only a hint: who misses it looks by itself
                _log.debug("wakeup_not_sent", error=str(error))
            await asyncio.sleep(self._pause_seconds)


class Wakeups:
    """What happened to the log: events were appended, sequenced, or passed by a consumer.

    Only hints: a lost one costs the time until the next look. Passing is told in this process
    alone.
    """

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._origin = uuid4().hex
        self.appended = Bell()
        self.sequenced = Bell()
        self.passed = Bell()
        self._announce_appended = Announcer(self._sender("appended"))
        self._announce_sequenced = Announcer(self._sender("sequenced"))
        signals.listen(CHANNEL, self._heard)

    def tell_appended(self) -> None:
        """Events were committed: for the sequencer, of another process where there is none here."""
        if not self.appended.ring():
            self._announce_appended.announce()

    def tell_sequenced(self) -> None:
        """Events got positions, or a consumer's retries changed."""
        self.sequenced.ring()
        self._announce_sequenced.announce()

    def tell_passed(self) -> None:
        """A consumer moved."""
        self.passed.ring()

    def _sender(self, what: str) -> Callable[[], Awaitable[None]]:
        async def send() -> None:
            await self._signals.send(CHANNEL, f"{what} {self._origin}")

        return send

    def _heard(self, text: str) -> None:
        what, _, origin = text.partition(" ")
        if origin == self._origin:
            return
        if what in {"appended", ""}:
            self.appended.ring()
        if what in {"sequenced", ""}:
            self.sequenced.ring()
            self.passed.ring()
