"""Apache Iggy passes the suite too, where there is a server; without one it fails as it should."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
import pytest

from rustok.core.errors import Unavailable
from rustok.core.events.transport import Link, StreamRefused, StreamUnavailable
from rustok.core.resilience import Breaker, Rules
from rustok.streaming.iggy.connection import client, within
from rustok.streaming.iggy.topology import MARK, IggyTopology
from rustok.streaming.iggy.transport import IggyTransport
from rustok.streaming.numbers import StreamNumbers
from rustok.streaming.settings import StreamingSettings
from rustok.testing.conformance import TransportConformance
from rustok.testing.conformance.transport import Log
from tests.streaming.stands import BUFFER_EVENTS, RULES, Everything, reached, running

VARIABLE = "RUSTOK_TEST_IGGY"
SERVER = os.environ.get(VARIABLE)
needs_server = pytest.mark.skipif(
    SERVER is None,
    reason=f"{VARIABLE} names no server, such as iggy://user:password@127.0.0.1:8090",
)


def settings(url: str) -> StreamingSettings:
    parts = urlsplit(url)
    return StreamingSettings(
        iggy_url=f"{parts.hostname}:{parts.port}",
        iggy_user=parts.username or "iggy",
        iggy_password=parts.password or "iggy",
        iggy_stream=f"test-{uuid4().hex[:12]}",
        buffer_events=BUFFER_EVENTS,
    )


def transport(chosen: StreamingSettings, rules: Rules = RULES) -> IggyTransport:
    breaker = Breaker("stream", rules, failures=(StreamUnavailable,))
    return IggyTransport(chosen, StreamNumbers(), Everything(), breaker)


class IggyStand:
    """A stream of its own on the server; its copies are made by sending what it held."""

    buffer_events = BUFFER_EVENTS

    def __init__(self, chosen: StreamingSettings) -> None:
        self.settings = chosen
        self._last: IggyTransport | None = None
        self._copy: list[Link] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[IggyTransport]:
        found = self._last = transport(self.settings)
        async with running(found):
            yield found

    async def delete(self) -> None:
        own = client(self.settings)
        await within(5, own.connect())
        await within(5, own.delete_stream(self.settings.iggy_stream))

    async def keep_copy(self) -> None:
        assert self._last is not None
        self._copy = sorted(self._last.buffers, key=lambda link: link.event.position)

    async def restore_copy(self) -> None:
        await self.delete()
        async with self.open() as found:
            await found.sink.publish(self._copy)


@needs_server
class TestIggy(TransportConformance):
    @pytest.fixture
    async def stand(self) -> AsyncIterator[IggyStand]:
        assert SERVER is not None
        found = IggyStand(settings(SERVER))
        yield found
        await found.delete()


@needs_server
@pytest.mark.parametrize("topic", [f"{MARK}2", "somebody-elses"])
async def test_a_stream_that_is_none_of_ours_is_refused(topic: str) -> None:
    assert SERVER is not None
    chosen = settings(SERVER)
    own = client(chosen)
    await within(5, own.connect())
    await within(5, own.create_stream(chosen.iggy_stream))
    await within(5, own.create_topic(chosen.iggy_stream, topic, 1))
    with pytest.raises(StreamRefused):
        await IggyTopology(chosen).ensure(own)
    await within(5, own.delete_stream(chosen.iggy_stream))


async def test_without_a_server_the_breaker_opens_and_nothing_is_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = transport(settings(f"iggy://127.0.0.1:{port}"), Rules(failures=2, open_seconds=60))
    task = asyncio.create_task(found.run())
    await reached(lambda: found.breaker.state == "open")
    assert found.state == "connecting"
    with pytest.raises(Unavailable):
        await found.sink.publish(Log().append(3))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        chosen = settings(f"iggy://127.0.0.1:{silent.getsockname()[1]}")
        found = transport(
            msgspec.structs.replace(chosen, publish_seconds=0.2),
            Rules(failures=2, open_seconds=60),
        )
        task = asyncio.create_task(found.run())
        await reached(lambda: found.breaker.state == "open")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
