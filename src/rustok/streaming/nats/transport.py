"""Level 2 over NATS: connects, sends, reads, and connects again."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

import structlog

from rustok.core.errors import RustokError
from rustok.core.events.transport import (
    EventSink,
    EventSource,
    StreamRefused,
    StreamState,
    StreamUnavailable,
)
from rustok.core.resilience import Breaker
from rustok.streaming.buffers import Buffers
from rustok.streaming.intake import Intake, Understanding
from rustok.streaming.memory import MEGABYTE
from rustok.streaming.nats.connection import Session, connected, translated
from rustok.streaming.nats.follower import Follower
from rustok.streaming.nats.sink import NatsSink
from rustok.streaming.nats.topology import Topology
from rustok.streaming.numbers import StreamNumbers
from rustok.streaming.settings import StreamingSettings
from rustok.streaming.source import BufferedSource, Interest, Patience

_log = structlog.get_logger("rustok.streaming")
FIRST_PAUSE_SECONDS = 0.1
MOST_PAUSE_SECONDS = 5.0


class NatsTransport:
    """One connection for the publisher and the consumers of a process."""

    name = "nats"

    def __init__(
        self,
        settings: StreamingSettings,
        numbers: StreamNumbers,
        understanding: Understanding,
        breaker: Breaker,
    ) -> None:
        self._settings = settings
        self._numbers = numbers
        self.breaker = breaker
        self._topology = Topology(settings)
        self.buffers = Buffers(
            most_events=settings.buffer_events,
            most_bytes=settings.buffer_megabytes * MEGABYTE,
        )
        self._intake = Intake(self.buffers, numbers, understanding)
        self._interest = Interest()
        self._patience = Patience(settings.patience_milliseconds / 1_000)
        self._follower = Follower(self._topology, self._intake, self._interest, breaker)
        self._sink = NatsSink(self._topology, self._connection, breaker, numbers)
        self._session: Session | None = None
        self._has_been_connected = False
        self.state: StreamState = "connecting"

    @property
    def sink(self) -> EventSink:
        """The stream's entrance."""
        return self._sink

    def source(self, partitions: frozenset[int]) -> EventSource:
        """The stream's exit; what is read of it follows what is asked for."""
        return BufferedSource(
            self.buffers,
            partitions,
            self._interest,
            self._numbers,
            is_usable=lambda: self.breaker.state != "open",
            is_flowing=lambda: self.state == "connected" and bool(self._follower.partitions),
            patience=self._patience,
        )

    def listen(self, arrived: Callable[[], object]) -> None:
        """Calls the listener after events came from the stream."""
        self._intake.listen(arrived)

    async def run(self) -> None:
        """Until cancelled; raises StreamRefused at the first connection alone."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._connect_and_follow()
                pause = FIRST_PAUSE_SECONDS
                _log.warning("stream_lost", transport=self.name)
            except StreamRefused as error:
                self.state = "refused"
                if not self._has_been_connected:
                    raise
                _log.error(
                    "stream_refused", code=error.code, error=str(error)
                )  # whoever reads the log needs the sentence, not the place in the code
            except RustokError as error:
                _log.warning("stream_unavailable", code=error.code, error=error.detail, pause=pause)
            await asyncio.sleep(max(pause, min(self.breaker.wait_seconds, MOST_PAUSE_SECONDS)))
            pause = min(pause * 2, MOST_PAUSE_SECONDS)

    async def _connect_and_follow(self) -> None:
        async with AsyncExitStack() as stack:
            async with self.breaker:
                session = await stack.enter_async_context(connected(self._settings))
                with translated():
                    await self._topology.ensure(session.js)
            self._session = session
            self._has_been_connected = True
            self.state = "connected"
            _log.info("stream_connected", transport=self.name)
            try:
                await self._follower.run(session)
            finally:
                self._session = None
                self.state = "connecting"

    def _connection(self) -> Session:
        if self._session is None or self._session.closed.is_set():
            self.breaker.check()
            raise StreamUnavailable("NATS is not connected.")
        return self._session
