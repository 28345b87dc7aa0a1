"""The stream in Iggy: a topic for each family of events, a partition for each of tenants."""

from collections.abc import Awaitable
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import structlog

from rustok.core.events.transport import PARTITIONS, StreamRefused
from rustok.streaming.envelope import VERSION
from rustok.streaming.iggy.connection import within
from rustok.streaming.settings import StreamingSettings

if TYPE_CHECKING:
    from apache_iggy import IggyClient, Topic

T = TypeVar("T")
_log = structlog.get_logger("rustok.streaming")
MARK = "rustok-envelope-"
"""Iggy keeps no words about a stream: an empty topic of this name says which envelope is in it."""


class IggyTopology:
    """Makes what is missing; raises StreamRefused for a stream that is none of ours."""

    def __init__(self, settings: StreamingSettings) -> None:
        self.settings = settings
        self._known: set[str] = set()

    @property
    def stream(self) -> str:
        """The stream's name."""
        return self.settings.iggy_stream

    async def ensure(self, client: "IggyClient") -> None:
        """The stream with its mark; raises StreamUnavailable too."""
        self._known.clear()
        if await self._answer(client.get_stream(self.stream)) is None:
            _log.info("stream_made", stream=self.stream)
            await self._answer(client.create_stream(self.stream))
        names = {topic.name for topic in await self.topics(client)}
        mark = f"{MARK}{VERSION}"
        if mark in names:
            return
        if names:
            others = sorted(name for name in names if name.startswith(MARK))
            speaks = f"says {others[0]}" if others else "is none of RusToK's"
            raise StreamRefused(
                f"The Iggy stream {self.stream} {speaks}, and this is {mark}. Name another stream "
                "by RUSTOK_STREAMING__IGGY_STREAM, or delete this one: nothing is lost, the log is "
                "in PostgreSQL."
            )
        await self._answer(client.create_topic(self.stream, mark, 1))

    async def topics(self, client: "IggyClient") -> "list[Topic]":
        """Every topic of the stream."""
        return await self._answer(client.get_topics(self.stream))

    async def ensure_topic(self, client: "IggyClient", name: str) -> None:
        """The topic of a family; it writes to the disk before it says that it has kept."""
        if name in self._known:
            return
        # lazy: as in connection
        from apache_iggy import Durability, IggyExpiry, MaxTopicSize

        if await self._answer(client.get_topic(self.stream, name)) is None:
            await self._answer(
                client.create_topic(
                    self.stream,
                    name,
                    PARTITIONS,
                    message_expiry=IggyExpiry.ExpireDuration(
                        timedelta(seconds=self.settings.retention_seconds)
                    ),
                    max_topic_size=MaxTopicSize.Custom(self.settings.retention_bytes),
                    durability=Durability.PERSISTED,
                )
            )
        self._known.add(name)

    def forget(self) -> None:
        """What was made may be gone."""
        self._known.clear()

    async def _answer(self, answer: Awaitable[T]) -> T:
        return await within(self.settings.publish_seconds, answer)
