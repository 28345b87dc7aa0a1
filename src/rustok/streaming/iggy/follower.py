"""Reads the partitions of Iggy's topics that consumers ask for."""

import asyncio
from typing import TYPE_CHECKING

import msgspec

from rustok.streaming.iggy.connection import within
from rustok.streaming.iggy.topology import MARK, IggyTopology
from rustok.streaming.intake import Intake
from rustok.streaming.source import Interest

if TYPE_CHECKING:
    from apache_iggy import Consumer, IggyClient, ReceiveMessage

CONSUMER = "rustok"
POLL = 500
"""How many messages one question asks for."""
FIRST_PAUSE_SECONDS = 0.01
MOST_PAUSE_SECONDS = 0.2
LOOKS_BETWEEN_TOPICS = 20
"""After so many rounds it is asked again which topics there are."""


class Place(msgspec.Struct):
    """Where the next message of a partition is; of another `made` it is another partition."""

    made: int
    offset: int


class IggyFollower:
    """Asks partition by partition; the server keeps no place, the places are in PostgreSQL."""

    def __init__(self, topology: IggyTopology, intake: Intake, interest: Interest) -> None:
        self._topology = topology
        self._intake = intake
        self._interest = interest
        self._places: dict[tuple[str, int], Place] = {}
        self.partitions: frozenset[int] = frozenset()
        """Those it reads at this moment."""

    async def run(self, client: "IggyClient") -> None:
        """Until the server is lost; raises StreamUnavailable, StreamRefused."""
        pause, rounds = FIRST_PAUSE_SECONDS, 0
        try:
            while True:
                wanted = self._interest.current()
                if not wanted:
                    self.partitions = wanted
                    await within(self._seconds, client.ping())
                    await _changed(self._interest, MOST_PAUSE_SECONDS * LOOKS_BETWEEN_TOPICS)
                    continue
                if rounds % LOOKS_BETWEEN_TOPICS == 0 or wanted != self.partitions:
                    await self._look(client, wanted)
                    self.partitions = wanted
                rounds += 1
                found = await self._round(client, wanted)
                pause = FIRST_PAUSE_SECONDS if found else min(pause * 2, MOST_PAUSE_SECONDS)
                await _changed(self._interest, 0 if found else pause)
        finally:
            self.partitions = frozenset()

    @property
    def _seconds(self) -> float:
        return self._topology.settings.publish_seconds

    async def _look(self, client: "IggyClient", wanted: frozenset[int]) -> None:
        """Which topics there are, and where to begin with those that are new or made anew."""
        topics = await self._topology.topics(client)
        if not any(topic.name.startswith(MARK) for topic in topics):
            await self._topology.ensure(client)
        each = self._topology.settings.replay_events // max(len(wanted), 1)
        names = {topic.name for topic in topics if not topic.name.startswith(MARK)}
        self._places = {key: place for key, place in self._places.items() if key[0] in names}
        for name in names:
            details = await within(self._seconds, client.get_topic(self._topology.stream, name))
            if details is None:
                continue
            for partition in details.partitions:
                if partition.id in wanted:
                    end = partition.current_offset + bool(partition.messages_count)
                    self._begin((name, partition.id), details.created_at, end, each)

    def _begin(self, key: tuple[str, int], made: int, end: int, each: int) -> None:
        place = self._places.get(key)
        if place is not None and place.made != made:
            self._intake.forget()
        if place is None or place.made != made or place.offset > end:
            self._places[key] = Place(made, max(0, end - each))

    async def _round(self, client: "IggyClient", wanted: frozenset[int]) -> bool:
        # lazy: as in connection
        from apache_iggy import Consumer

        consumer = Consumer.Single(CONSUMER)
        keys = [key for key in self._places if key[1] in wanted]
        polled = await asyncio.gather(*(self._poll(client, consumer, *key) for key in keys))
        for key, messages in zip(keys, polled, strict=True):
            for message in messages:
                await self._intake.take(message.payload(), place=f"{key[0]}/{key[1]}")
                self._places[key].offset = message.offset() + 1
        return any(polled)

    async def _poll(
        self, client: "IggyClient", consumer: "Consumer", topic: str, partition: int
    ) -> "list[ReceiveMessage]":
        # lazy: as in connection
        from apache_iggy import PollingStrategy

        return await within(
            self._seconds,
            client.poll_messages(
                self._topology.stream,
                topic,
                consumer=consumer,
                polling_strategy=PollingStrategy.Offset(self._places[topic, partition].offset),
                count=POLL,
                auto_commit=False,
                partition_id=partition,
            ),
        )


async def _changed(interest: Interest, seconds: float) -> None:
    """Returns when other partitions are asked for, or the time is over."""
    try:
        async with asyncio.timeout(seconds):
            await interest.changed.wait()
    except TimeoutError:
        return
    interest.changed.clear()
