"""How far the event log and its consumers are, as health and numbers both ask for it."""

import asyncio
from collections.abc import Iterable
from time import monotonic
from typing import Final

from rustok.core.clock import Clock
from rustok.core.host import Host
from rustok.core.metrics import Metrics, Sample
from rustok.outbox.service import EventLog
from rustok.outbox.types import ConsumerLag, LogHealth

SHARED_SECONDS: Final = 1.0
KEPT_SECONDS: Final = 30.0
"""For how long numbers are shown that could not be asked for again."""


class LogState:
    """Asks once for everybody who asks within a second; in processes that have the worker role."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._clock: Clock = host.clock
        self._asking = asyncio.Lock()
        self._known: tuple[float, LogHealth] | None = None

    async def read(self) -> LogHealth:
        """The state, at most a second old; raises DatabaseUnavailable."""
        async with self._asking:
            if self._known is None or monotonic() - self._known[0] >= SHARED_SECONDS:
                found = await self._host.get(EventLog).health()
                self._known = (monotonic(), found)
            return self._known[1]

    async def refresh(self) -> None:
        """Reads it, for the numbers."""
        await self.read()

    def waits(self, consumer: ConsumerLag) -> float:
        """For how many seconds the oldest event waits that the consumer has not passed."""
        if consumer.oldest_at is None:
            return 0.0
        return max(0.0, (self._clock.now() - consumer.oldest_at).total_seconds())

    def publish(self, metrics: Metrics) -> None:
        """Publishes the numbers; they are the installation's, the same in every process."""
        metrics.before_reading(self.refresh)
        metrics.gauge(
            "rustok_events_head_position",
            "The last position that was given to an event: its growth is what is sequenced.",
            lambda: [((), known.head) for known in self._lately()],
        )
        metrics.gauge(
            "rustok_events_unsequenced_seconds",
            "For how long the oldest event without a position waits for one.",
            lambda: [((), known.unsequenced_seconds) for known in self._lately()],
        )
        labels = ("consumer",)
        metrics.gauge(
            "rustok_consumer_lag_events",
            "Events that a consumer has not passed.",
            lambda: [((each.consumer,), each.lag) for each in self._consumers()],
            labels=labels,
        )
        metrics.gauge(
            "rustok_consumer_lag_seconds",
            "For how long the oldest event waits that a consumer has not passed.",
            lambda: [((each.consumer,), self.waits(each)) for each in self._consumers()],
            labels=labels,
        )
        metrics.gauge(
            "rustok_consumer_retries",
            "Events that a consumer failed on and will try again, with those that wait for them.",
            lambda: [((each.consumer,), each.retries) for each in self._consumers()],
            labels=labels,
        )
        metrics.gauge(
            "rustok_consumer_dead_letters",
            "Events that a consumer gave up on.",
            self._dead_letters,
            labels=labels,
        )

    def _dead_letters(self) -> Iterable[Sample]:
        return [((each.consumer,), each.dead_letters) for each in self._consumers()]

    def _lately(self) -> list[LogHealth]:
        if self._known is None or monotonic() - self._known[0] > KEPT_SECONDS:
            return []
        return [self._known[1]]

    def _consumers(self) -> list[ConsumerLag]:
        return [each for known in self._lately() for each in known.consumers]
