"""Level 2 over NATS JetStream."""

from contextlib import AsyncExitStack

from rustok.core.events.transport import EventSink, StreamUnavailable
from rustok.core.resilience import Breaker
from rustok.streaming.intake import Understanding
from rustok.streaming.nats.connection import Session, connected, translated
from rustok.streaming.nats.follower import Follower
from rustok.streaming.nats.sink import NatsSink
from rustok.streaming.nats.topology import Topology
from rustok.streaming.numbers import StreamNumbers
from rustok.streaming.remote import RemoteStream
from rustok.streaming.settings import StreamingSettings


class NatsTransport(RemoteStream):
    """A stream with a subject for each family and partition, one reader a process."""

    name = "nats"

    def __init__(
        self,
        settings: StreamingSettings,
        numbers: StreamNumbers,
        understanding: Understanding,
        breaker: Breaker,
    ) -> None:
        super().__init__(settings, numbers, understanding, breaker)
        self._topology = Topology(settings)
        self._follower = Follower(self._topology, self._intake, self._interest, breaker)
        self._sink = NatsSink(self._topology, self._connection, breaker, numbers)
        self._session: Session | None = None

    @property
    def sink(self) -> EventSink:
        """The stream's entrance."""
        return self._sink

    @property
    def followed(self) -> frozenset[int]:
        """The partitions that are read at this moment."""
        return self._follower.partitions

    async def connect_and_follow(self) -> None:
        """Until the connection is lost; raises as in RemoteStream."""
        async with AsyncExitStack() as stack:
            async with self.breaker:
                session = await stack.enter_async_context(connected(self._settings))
                with translated():
                    await self._topology.ensure(session.js)
            self._session = session
            self.is_connected()
            try:
                await self._follower.run(session)
            finally:
                self._session = None

    def _connection(self) -> Session:
        if self._session is None or self._session.closed.is_set():
            self.breaker.check()
            raise StreamUnavailable("NATS is not connected.")
        return self._session
