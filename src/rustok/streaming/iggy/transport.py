"""Level 2 over Apache Iggy."""

from typing import TYPE_CHECKING

from rustok.core.events.transport import EventSink, StreamUnavailable
from rustok.core.resilience import Breaker
from rustok.streaming.iggy.connection import client as new_client
from rustok.streaming.iggy.connection import within
from rustok.streaming.iggy.follower import IggyFollower
from rustok.streaming.iggy.sink import IggySink
from rustok.streaming.iggy.topology import IggyTopology
from rustok.streaming.intake import Understanding
from rustok.streaming.numbers import StreamNumbers
from rustok.streaming.remote import RemoteStream
from rustok.streaming.settings import StreamingSettings

if TYPE_CHECKING:
    from apache_iggy import IggyClient


class IggyTransport(RemoteStream):
    """A topic for each family, a partition for each of tenants."""

    name = "iggy"

    def __init__(
        self,
        settings: StreamingSettings,
        numbers: StreamNumbers,
        understanding: Understanding,
        breaker: Breaker,
    ) -> None:
        super().__init__(settings, numbers, understanding, breaker)
        self._topology = IggyTopology(settings)
        self._follower = IggyFollower(self._topology, self._intake, self._interest)
        self._sink = IggySink(self._topology, self._connection, breaker, numbers)
        self._client: IggyClient | None = None

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
        async with self.breaker:
            client = new_client(self._settings)
            await within(self._settings.publish_seconds, client.connect())
            await self._topology.ensure(client)
        self._client = client
        self.is_connected()
        try:
            await self._follower.run(client)
        finally:
            self._client = None

    def _connection(self) -> "IggyClient":
        if self._client is None:
            self.breaker.check()
            raise StreamUnavailable("Iggy is not connected.")
        return self._client
