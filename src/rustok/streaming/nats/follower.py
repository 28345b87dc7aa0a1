"""Reads the stream from a little before its end, and on."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from time import monotonic

import nats.errors
import nats.js.errors
import structlog
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamInfo

from rustok.core.errors import RustokError
from rustok.core.resilience import Breaker
from rustok.streaming.intake import Intake
from rustok.streaming.nats.connection import Session, translated
from rustok.streaming.nats.topology import Topology
from rustok.streaming.source import Interest

_log = structlog.get_logger("rustok.streaming")
PULL = 1_000
"""How many messages are asked for at once."""
PULL_SECONDS = 30.0
HEARTBEAT_SECONDS = 1.0
SILENT_SECONDS = 3.5
"""A server that has said nothing for so long has lost the reader."""
LOOK_SECONDS = 0.5
PAUSE_SECONDS = 0.2
FORGET_SECONDS = 30.0
NANO = 1_000_000_000


class Follower:
    """One reader of the server's own, which keeps no place: the places are in PostgreSQL."""

    def __init__(
        self, topology: Topology, intake: Intake, interest: Interest, breaker: Breaker
    ) -> None:
        self._topology = topology
        self._intake = intake
        self._interest = interest
        self._breaker = breaker
        self._made: datetime | None = None
        self.partitions: frozenset[int] = frozenset()
        """Those it reads at this moment."""

    async def run(self, session: Session) -> None:
        """Reads what consumers ask for, until the connection is lost."""
        while not session.closed.is_set():
            wanted = self._interest.current()
            if not wanted:
                await _either(session.closed, self._interest.changed)
                self._interest.changed.clear()
                continue
            try:
                await self._follow(session, wanted)
            except RustokError as error:
                _log.info("stream_reader_lost", error=error.detail)
                await _either(session.closed, seconds=PAUSE_SECONDS)
            finally:
                self.partitions = frozenset()

    async def _follow(self, session: Session, wanted: frozenset[int]) -> None:
        """Until the server loses the reader, or other partitions are wanted."""
        async with self._breaker:
            with translated():
                pull = await session.until_closed(self._begin(session, wanted))
        self.partitions = wanted
        try:
            while not (session.closed.is_set() or pull.is_lost()):
                await _either(
                    session.closed, pull.ended, self._interest.changed, seconds=LOOK_SECONDS
                )
                self._interest.changed.clear()
                if self._interest.current() != wanted:
                    return
        finally:
            with suppress(nats.errors.Error, TimeoutError):
                await pull.end()

    async def _begin(self, session: Session, wanted: frozenset[int]) -> "Pull":
        stream = await self._topology.ensure(session.js)
        if self._made not in {None, stream.created}:
            self._intake.forget()
        self._made = stream.created
        made = await session.js.add_consumer(
            self._topology.name,
            ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=self._start(stream),
                ack_policy=AckPolicy.NONE,
                filter_subjects=self._topology.filters(wanted),
                inactive_threshold=FORGET_SECONDS,
                mem_storage=True,
                num_replicas=1,
            ),
        )
        pull = Pull(session, self._topology.name, made.name, self._intake)
        await pull.begin()
        return pull

    def _start(self, stream: StreamInfo) -> int:
        last = stream.state.last_seq
        return max(stream.state.first_seq, last - self._topology.settings.replay_events + 1, 1)


class Pull:
    """Asks for messages before it has run out of them, and notices when none can come."""

    def __init__(
        self,
        session: Session,
        stream: str,
        consumer: str,
        intake: Intake,
        *,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._session = session
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self._stream = stream
        self._consumer = consumer
        self._intake = intake
        self._timer = timer
        self._inbox = session.client.new_inbox()
        self._left = 0
        self._heard = timer()
        self.ended = asyncio.Event()
        """Set when the server has ended the reader."""

    async def begin(self) -> None:
        """Subscribes and asks for the first messages."""
        self._subscription = await self._session.client.subscribe(self._inbox, cb=self._take)
        await self._ask()

    def is_lost(self) -> bool:
        """Whether the server has ended the reader, or is silent."""
        return self.ended.is_set() or self._timer() - self._heard > SILENT_SECONDS

    async def end(self) -> None:
        """Takes nothing more; the server forgets the reader now or later."""
        await self._subscription.unsubscribe()
        if not self._session.closed.is_set():
            await self._session.js.delete_consumer(self._stream, self._consumer)

    async def _ask(self) -> None:
        request = {
            "batch": PULL,
            "expires": int(PULL_SECONDS * NANO),
            "idle_heartbeat": int(HEARTBEAT_SECONDS * NANO),
        }
        self._left = PULL
        await self._session.client.publish(
            self._subject, json.dumps(request).encode(), reply=self._inbox
        )

    async def _take(self, message: Msg) -> None:
        self._heard = self._timer()
        status = (message.headers or {}).get("Status") if not message.data else None
        if status is not None:
            await self._told(status)
            return
        self._left -= 1
        if self._left <= 0:
            await self._ask()
        await self._intake.take(message.data, place=message.subject)

    async def _told(self, status: str) -> None:
        if status == "100":  # a heartbeat
            return
        if status == "408":  # nothing came for as long as was asked
            await self._ask()
            return
        self.ended.set()


async def _either(*events: asyncio.Event, seconds: float | None = None) -> None:
    """Returns when one of the events is set, or the time is over."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
