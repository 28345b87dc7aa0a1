"""Sends the log on to Iggy."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rustok.core.events.transport import Kept, Link, StreamUnavailable, partition_of
from rustok.core.resilience import Breaker
from rustok.streaming.envelope import encode, family
from rustok.streaming.iggy.connection import translated, within
from rustok.streaming.iggy.topology import IggyTopology
from rustok.streaming.numbers import StreamNumbers

if TYPE_CHECKING:
    from apache_iggy import IggyClient


class IggySink:
    """Sends what goes to one partition of one topic as one batch, the batches side by side.

    The order that matters is within a tenant, and a gap between two of its topics is seen by the
    reader. A message's id is that of its event, by which a server that is told to recognises it.
    """

    def __init__(
        self,
        topology: IggyTopology,
        connection: "Callable[[], IggyClient]",
        breaker: Breaker,
        numbers: StreamNumbers,
    ) -> None:
        self._topology = topology
        self._connection = connection
        self._breaker = breaker
        self._numbers = numbers

    async def publish(self, links: Sequence[Link]) -> None:
        """Raises StreamUnavailable, or BreakerOpen while the stream is left alone."""
        client = self._connection()
        async with self._breaker:
            try:
                await self._send(client, links)
            except StreamUnavailable:
                self._topology.forget()
                raise
        self._numbers.kept += len(links)

    async def last(self) -> Kept | None:
        """Iggy keeps an end for each partition, and none of the whole: it cannot say."""
        return None

    async def forget(self) -> None:
        """Deletes the stream and makes it again; raises as `publish`."""
        client = self._connection()
        async with self._breaker:
            seconds = self._topology.settings.publish_seconds
            await within(seconds, client.delete_stream(self._topology.stream))
            await self._topology.ensure(client)

    async def _send(self, client: "IggyClient", links: Sequence[Link]) -> None:
        # lazy: as in connection
        from apache_iggy import SendMessage

        batches: dict[tuple[str, int], list[SendMessage]] = {}
        for link in links:
            place = family(link.event), partition_of(link.event.tenant_id)
            message = SendMessage(encode(link), id=link.event.id.int)
            batches.setdefault(place, []).append(message)
        for topic in sorted({topic for topic, _ in batches}):
            await self._topology.ensure_topic(client, topic)
        sending = [
            asyncio.ensure_future(
                client.send_messages(self._topology.stream, topic, partition, messages)
            )
            for (topic, partition), messages in batches.items()
        ]
        with translated():
            await within(self._topology.settings.publish_seconds, asyncio.gather(*sending))
