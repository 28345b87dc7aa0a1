"""What streams on servers have in common: connecting, and connecting again."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

import structlog

from rustok.core.errors import RustokError
from rustok.core.events.transport import EventSink, EventSource, StreamRefused, StreamState
from rustok.core.resilience import Breaker
from rustok.streaming.buffers import Buffers
from rustok.streaming.intake import Intake, Understanding
from rustok.streaming.memory import MEGABYTE
from rustok.streaming.numbers import StreamNumbers
from rustok.streaming.settings import StreamingSettings
from rustok.streaming.source import BufferedSource, Interest, Patience

_log = structlog.get_logger("rustok.streaming")
FIRST_PAUSE_SECONDS = 0.1
MOST_PAUSE_SECONDS = 5.0


class RemoteStream(ABC):
    """One connection for the publisher and the consumers of a process."""

    name: ClassVar[str]

    def __init__(
        self,
        settings: StreamingSettings,
        numbers: StreamNumbers,
        understanding: Understanding,
        breaker: Breaker,
    ) -> None:
        self.breaker = breaker
        self.numbers = numbers
        self.buffers = Buffers(
            most_events=settings.buffer_events,
            most_bytes=settings.buffer_megabytes * MEGABYTE,
        )
        self.state: StreamState = "connecting"
        self._settings = settings
        self._intake = Intake(self.buffers, numbers, understanding)
        self._interest = Interest()
        self._patience = Patience(settings.patience_milliseconds / 1_000)
        self._has_been_connected = False

    @property
    @abstractmethod
    def sink(self) -> EventSink:
        """The stream's entrance."""

    @property
    @abstractmethod
    def followed(self) -> frozenset[int]:
        """The partitions that are read at this moment."""

    @abstractmethod
    async def connect_and_follow(self) -> None:
        """Connects through the breaker, calls `is_connected`, and reads until the server is lost.

        Raises StreamUnavailable, StreamRefused, and BreakerOpen.
        """

    def source(self, partitions: frozenset[int]) -> EventSource:
        """The stream's exit; what is read of it follows what is asked for."""
        return BufferedSource(
            self.buffers,
            partitions,
            self._interest,
            self.numbers,
            is_usable=lambda: self.breaker.state != "open",
            is_flowing=lambda: self.state == "connected" and bool(self.followed),
            patience=self._patience,
        )

    def listen(self, arrived: Callable[[], object]) -> None:
        """Calls the listener after events came from the stream."""
        self._intake.listen(arrived)

    def is_connected(self) -> None:
        """Says that the server has answered, and that the stream is ours."""
        self._has_been_connected = True
        self.state = "connected"
        _log.info("stream_connected", transport=self.name)

    async def run(self) -> None:
        """Until cancelled; raises StreamRefused at the first connection alone."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._once()
                pause = FIRST_PAUSE_SECONDS
                _log.warning("stream_lost", transport=self.name)
            except StreamRefused as error:
                self.state = "refused"
                if not self._has_been_connected:
                    raise
                _log.warning("stream_refused", code=error.code, error=str(error))
            except RustokError as error:
                _log.warning("stream_unavailable", code=error.code, error=error.detail, pause=pause)
            await asyncio.sleep(max(pause, min(self.breaker.wait_seconds, MOST_PAUSE_SECONDS)))
            pause = min(pause * 2, MOST_PAUSE_SECONDS)

    async def _once(self) -> None:
        try:
            await self.connect_and_follow()
        finally:
            self.state = "connecting"
