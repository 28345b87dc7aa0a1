"""The fault proxy passes what it is given, and misbehaves in the ways it is told to."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.crash.proxy import FaultProxy
from tools.crash.wire import NotificationFilter

LIMIT_SECONDS = 5.0
SILENCE_SECONDS = 0.3

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Stream]]


@pytest.fixture
async def proxy() -> AsyncIterator[FaultProxy]:
    """A proxy before a server that says everything again."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    found = FaultProxy("127.0.0.1", server.sockets[0].getsockname()[1], random.Random(1))
    await found.start()
    yield found
    await found.stop()
    server.close()


@pytest.fixture
def connect(proxy: FaultProxy) -> Iterator[Connect]:
    """Opens connections through the proxy, which end with the test."""
    opened: list[asyncio.StreamWriter] = []

    async def connected() -> Stream:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        opened.append(writer)
        return reader, writer

    yield connected
    for writer in opened:
        writer.transport.abort()


async def echoed(stream: Stream, text: bytes = b"hello") -> bytes:
    reader, writer = stream
    writer.write(text)
    async with asyncio.timeout(LIMIT_SECONDS):
        return await reader.readexactly(len(text))


async def test_it_passes_everything_both_ways(proxy: FaultProxy, connect: Connect) -> None:
    stream = await connect()
    text = random.Random(2).randbytes(300_000)

    assert await echoed(stream, text) == text
    stream[1].write_eof()
    assert await stream[0].read() == b""


async def test_latency_delays_each_piece(proxy: FaultProxy, connect: Connect) -> None:
    stream = await connect()
    loop = asyncio.get_running_loop()
    proxy.trouble("latency", 0.2)

    began = loop.time()
    await echoed(stream)
    assert loop.time() - began >= 0.2  # half of it at the least, there and back


async def test_a_slow_line_takes_as_long_as_its_rate_says(
    proxy: FaultProxy, connect: Connect
) -> None:
    stream = await connect()
    loop = asyncio.get_running_loop()
    proxy.trouble("slow", 10_000)

    began = loop.time()
    await echoed(stream, b"x" * 1_500)
    assert loop.time() - began >= 0.3  # 0.15 s there, and as long back


async def test_a_reset_ends_connections_and_takes_new_ones(
    proxy: FaultProxy, connect: Connect
) -> None:
    stream = await connect()
    await echoed(stream)
    proxy.reset()

    with pytest.raises(ConnectionResetError):
        async with asyncio.timeout(LIMIT_SECONDS):
            await stream[0].read()
    assert await echoed(await connect()) == b"hello"


async def test_a_cut_line_takes_no_new_connection_until_it_is_healed(
    proxy: FaultProxy, connect: Connect
) -> None:
    stream = await connect()
    await echoed(stream)
    proxy.trouble("cut")

    for broken in (stream, await connect()):
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await echoed(broken)
    proxy.heal()
    assert await echoed(await connect()) == b"hello"


async def test_a_half_open_line_is_silent_and_stays_dead(
    proxy: FaultProxy, connect: Connect
) -> None:
    old = await connect()
    await echoed(old)
    proxy.trouble("half_open")
    new = await connect()
    proxy.heal()

    for dead in (old, new):
        dead[1].write(b"anyone?")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SILENCE_SECONDS):
                await dead[0].read(1)
    assert await echoed(await connect()) == b"hello"


messages = st.lists(st.tuples(st.sampled_from(b"ACDTZ"), st.binary(max_size=40)), max_size=20)


@given(messages, st.data())
def test_notifications_are_taken_out_wherever_the_stream_is_cut(
    given_messages: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    framed = [bytes([k]) + (len(b) + 4).to_bytes(4, "big") + b for k, b in given_messages]
    stream = b"".join(framed)
    places = st.lists(st.integers(0, len(stream)), max_size=10)
    cuts = [0, *sorted(data.draw(places)), len(stream)]

    notifications = NotificationFilter()
    passed = b"".join(
        notifications.feed(stream[start:end], drop=True) for start, end in pairwise(cuts)
    )
    assert passed == b"".join(message for message in framed if message[0] != ord("A"))
    assert notifications.dropped == sum(message[0] == ord("A") for message in framed)


@given(messages)
def test_nothing_is_taken_out_unless_it_is_told_to(messages: list[tuple[int, bytes]]) -> None:
    stream = b"".join(bytes([k]) + (len(b) + 4).to_bytes(4, "big") + b for k, b in messages)

    assert NotificationFilter().feed(stream, drop=False) == stream
