"""Sends the log on to JetStream."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from uuid import uuid4

import msgspec
import nats.errors
import nats.js.errors
import structlog
from nats.js.api import Header, StreamInfo

from rustok.core.events.transport import Kept, Link, StreamRefused, StreamUnavailable
from rustok.core.resilience import Breaker
from rustok.streaming.envelope import (
    MalformedMessage,
    OtherEnvelope,
    decode,
    encode,
    message_id,
)
from rustok.streaming.nats.connection import Session, translated
from rustok.streaming.nats.topology import MOST_OVERHEAD_BYTES, Topology
from rustok.streaming.numbers import StreamNumbers

_log = structlog.get_logger("rustok.streaming")
MESSAGE_ID = Header.MSG_ID.value
BATCH_ID = "Nats-Batch-Id"
BATCH_SEQUENCE = "Nats-Batch-Sequence"
BATCH_COMMIT = "Nats-Batch-Commit"
MOST_IN_BATCH = 1_000
"""What a server takes as one batch, unless it is told otherwise."""


class Message(msgspec.Struct, frozen=True, gc=False):
    """An event ready to be sent."""

    subject: str
    body: bytes
    id: str


class NatsSink:
    """Sends a batch as a whole, which the server writes to its disk once; and one by one where it
    refuses that: because it has kept some of them before, or cannot do it."""

    def __init__(
        self,
        topology: Topology,
        session: Callable[[], Session],
        breaker: Breaker,
        numbers: StreamNumbers,
    ) -> None:
        self._topology = topology
        self._session = session
        self._breaker = breaker
        self._numbers = numbers

    async def publish(self, links: Sequence[Link]) -> None:
        """Raises StreamUnavailable, or BreakerOpen while the stream is left alone."""
        session = self._session()
        messages = list(self._messages(links, session.client.max_payload))
        for start in range(0, len(messages), MOST_IN_BATCH):
            async with self._breaker:
                await self._send(session, messages[start : start + MOST_IN_BATCH])
        self._numbers.kept += len(messages)

    async def last(self) -> Kept | None:
        """The last message of the stream, where it is an event; raises as `publish`."""
        session = self._session()
        async with self._breaker:
            with translated():
                stream = await self._ensured(session)
                if not stream.state.messages:
                    return None
                try:
                    message = await session.js.get_msg(self._topology.name, stream.state.last_seq)
                except nats.js.errors.NotFoundError:
                    return None
        try:
            event = decode(message.data or b"").event
        except (MalformedMessage, OtherEnvelope):
            return None
        return Kept(event.position, event.id)

    async def forget(self) -> None:
        """Deletes the stream and makes it again; raises as `publish`."""
        session = self._session()
        async with self._breaker:
            with translated():
                with suppress(nats.js.errors.NotFoundError):
                    await session.js.delete_stream(self._topology.name)
                await self._ensured(session)

    def _messages(self, links: Sequence[Link], most_bytes: int) -> Iterator[Message]:
        for link in links:
            body = encode(link)
            if len(body) + MOST_OVERHEAD_BYTES > most_bytes:
                self._numbers.too_large += 1
                _log.warning(
                    "stream_event_too_large",
                    code="STREAM_EVENT_TOO_LARGE",
                    position=link.event.position,
                    bytes=len(body),
                )
                continue
            yield Message(self._topology.subject(link.event), body, message_id(link.event))

    async def _send(self, session: Session, messages: Sequence[Message]) -> None:
        with translated():
            try:
                await self._send_somehow(session, messages)
            except (nats.errors.NoRespondersError, nats.js.errors.NoStreamResponseError):
                await self._ensured(session)
                await self._send_somehow(session, messages)

    async def _ensured(self, session: Session) -> StreamInfo:
        try:
            return await self._topology.ensure(session.js)
        except StreamRefused as error:
            raise StreamUnavailable(str(error)) from error

    async def _send_somehow(self, session: Session, messages: Sequence[Message]) -> None:
        if len(messages) > 1 and await session.until_closed(self._kept_whole(session, messages)):
            return
        await session.until_closed(self._one_by_one(session, messages))

    async def _kept_whole(self, session: Session, messages: Sequence[Message]) -> bool:
        """Whether the server has kept the batch; else it has kept nothing of it."""
        batch = uuid4().hex
        *others, last = messages
        for number, message in enumerate(others, 1):
            headers = {MESSAGE_ID: message.id, BATCH_ID: batch, BATCH_SEQUENCE: str(number)}
            await session.client.publish(message.subject, message.body, headers=headers)
        headers = {
            MESSAGE_ID: last.id,
            BATCH_ID: batch,
            BATCH_SEQUENCE: str(len(messages)),
            BATCH_COMMIT: "1",
        }
        answer = await session.client.request(
            last.subject,
            last.body,
            headers=headers,
            timeout=self._topology.settings.publish_seconds,
        )
        said = json.loads(answer.data)
        return "error" not in said and said.get("count") == len(messages)

    async def _one_by_one(self, session: Session, messages: Sequence[Message]) -> None:
        """All are on their way at once; what was kept before is recognised by its id."""
        sending = [asyncio.ensure_future(_kept(session, message)) for message in messages]
        try:
            async with asyncio.timeout(self._topology.settings.publish_seconds):
                await asyncio.gather(*sending)
        finally:
            for task in sending:
                task.cancel()
            await asyncio.gather(*sending, return_exceptions=True)


async def _kept(session: Session, message: Message) -> None:
    headers = {MESSAGE_ID: message.id}
    await (await session.js.publish_async(message.subject, message.body, headers=headers))
