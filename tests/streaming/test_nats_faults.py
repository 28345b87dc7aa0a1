"""What happens to a NATS server costs nearness, and never an event."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import nats
import pytest
from nats.js.api import StreamConfig

from rustok.core.errors import Unavailable
from rustok.core.events.transport import Link, StreamRefused, StreamUnavailable
from rustok.core.resilience import BreakerOpen
from rustok.streaming.nats.topology import ENVELOPE
from rustok.streaming.nats.transport import NatsTransport
from rustok.streaming.settings import StreamingSettings
from rustok.testing.conformance.transport import (
    EVERY_PARTITION,
    Log,
    Reader,
    caught_up,
    following,
    published,
    read_all,
)
from rustok.testing.nats_server import NatsServer
from tests.streaming.stands import NatsStand, reached, running


@pytest.fixture
def stand(nats_server: NatsServer) -> NatsStand:
    return NatsStand(nats_server, StreamingSettings(publish_seconds=0.5))


async def stored(stand: NatsStand) -> list[int]:
    """The positions in the stream, in its own order."""
    client = await nats.connect(stand.server.url)
    js = client.jetstream()
    state = (await js.stream_info(stand.settings.nats_stream)).state
    found = [
        await js.get_msg(stand.settings.nats_stream, sequence)
        for sequence in range(state.first_seq, state.last_seq + 1)
    ]
    await client.close()
    return [msgspec.json.decode(message.data or b"")["position"] for message in found]


async def fails(transport: NatsTransport, links: Sequence[Link]) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        await transport.sink.publish(links)
    return caught.value


async def test_the_stream_is_made_as_it_is_wanted(stand: NatsStand) -> None:
    async with stand.open():
        client = await nats.connect(stand.server.url)
        info = await client.jetstream().stream_info("RUSTOK_EVENTS")
        await client.close()
    config = info.config
    assert config.subjects == ["rustok.events.>"]
    assert (config.storage, config.retention, config.num_replicas) == ("file", "limits", 1)
    assert (config.max_age, config.max_bytes) == (72 * 3_600, 1_024_000_000)
    assert (config.duplicate_window, config.allow_atomic) == (120, True)
    assert (config.metadata or {})[ENVELOPE] == "1"


async def test_limits_that_were_changed_are_adjusted(stand: NatsStand) -> None:
    async with stand.open() as transport:
        await transport.sink.publish(Log().append(3))
    shorter = StreamingSettings(retention_hours=1)
    async with NatsStand(stand.server, shorter).open():
        client = await nats.connect(stand.server.url)
        info = await client.jetstream().stream_info("RUSTOK_EVENTS")
        await client.close()
    assert (info.config.max_age, info.state.messages) == (3_600, 3)


async def test_subjects_tell_family_and_partition(stand: NatsStand) -> None:
    log = Log(1)
    async with stand.open() as transport:
        await transport.sink.publish(log.append(1))
        client = await nats.connect(stand.server.url)
        message = await client.jetstream().get_msg("RUSTOK_EVENTS", 1)
        await client.close()
    (tenant,) = log.tenants
    assert message.subject == f"rustok.events.conformance.{tenant.bytes[15] % 16}"
    assert (message.headers or {})["Nats-Msg-Id"] == f"1-{log.links[0].event.id.hex}"


async def test_a_batch_is_kept_in_order_and_a_repeated_one_not_again(stand: NatsStand) -> None:
    log = Log()
    links = log.append(50)
    async with stand.open() as transport:
        await transport.sink.publish(links[:30])
        await transport.sink.publish(links[20:])
        await transport.sink.publish(links)
        await transport.sink.publish(links[-1:])
    assert await stored(stand) == list(range(1, 51))


async def test_what_the_stream_does_not_take_is_left_to_the_log(tmp_path: Path) -> None:
    server = NatsServer(tmp_path / "small", max_payload=4_096)
    server.start()
    try:
        stand, log = NatsStand(server), Log(1)
        small, _, after = log.append(3)
        large = msgspec.structs.replace(
            log.links[1],
            event=msgspec.structs.replace(log.links[1].event, payload=b'"%s"' % (b"x" * 5_000)),
        )
        log.links[1] = large
        async with stand.open() as transport:
            await following(transport, log)
            await transport.sink.publish([small, large, after])
            reader = Reader(log)
            await caught_up(transport, reader)
        assert await stored(stand) == [1, 3]
    finally:
        server.kill()


async def test_a_server_that_is_killed_and_started_again_is_found_again(stand: NatsStand) -> None:
    log = Log()
    reader = Reader(log)
    async with stand.open() as transport:
        await following(transport, log)
        await transport.sink.publish(log.append(30))
        await read_all(transport, reader)
        stand.server.kill()
        await reached(lambda: transport.state == "connecting")
        missed = log.append(30)
        assert isinstance(await fails(transport, missed), StreamUnavailable)
        await caught_up(transport, reader)
        assert reader.from_log == 30
        await asyncio.to_thread(stand.server.start)
        await published(transport, missed)
        await published(transport, log.append(30))
        await read_all(transport, reader)
        assert reader.from_stream == 60


async def test_the_breaker_opens_before_a_silent_server_and_closes_again(
    stand: NatsStand,
) -> None:
    log = Log()
    reader = Reader(log)
    async with stand.open() as transport:
        await following(transport, log)
        await transport.sink.publish(log.append(30))
        source = transport.source(EVERY_PARTITION)
        stand.server.suspend()
        missed = log.append(30)
        assert isinstance(await fails(transport, missed), StreamUnavailable)
        for _ in range(5):
            refused = await fails(transport, missed)
            assert isinstance(refused, BreakerOpen | StreamUnavailable), "the reader fails beside"
        if isinstance(refused, BreakerOpen):
            assert await reader.from_source(source) == 0
        await caught_up(transport, reader)
        stand.server.resume()
        await published(transport, missed)
        await published(transport, log.append(30))
        await read_all(transport, reader)


async def test_a_stream_of_another_envelope_is_refused(stand: NatsStand) -> None:
    await made(stand, metadata={ENVELOPE: "2"})
    with pytest.raises(StreamRefused, match="holds envelopes of version 2, and this is version 1"):
        await asyncio.wait_for(stand.make().run(), 20)


async def test_somebody_elses_stream_is_refused(stand: NatsStand) -> None:
    await made(stand, metadata={})
    with pytest.raises(StreamRefused, match=re.escape("is none of RusToK's")):
        await asyncio.wait_for(stand.make().run(), 20)


async def test_a_stream_that_is_replaced_by_another_version_is_left_alone(
    stand: NatsStand,
) -> None:
    log = Log()
    transport = stand.make()
    async with running(transport):
        await transport.sink.publish(log.append(3))
        await stand.delete()  # as nobody reads yet, nobody makes it again
        await made(stand, metadata={ENVELOPE: "2"})
        stand.server.stop()
        await asyncio.to_thread(stand.server.start)
        await reached(lambda: transport.state == "refused")
        await fails(transport, log.append(3))
        reader = Reader(log)
        await caught_up(transport, reader)


async def made(stand: NatsStand, *, metadata: dict[str, str]) -> None:
    client = await nats.connect(stand.server.url)
    await client.jetstream().add_stream(
        StreamConfig(name="RUSTOK_EVENTS", subjects=["rustok.events.>"], metadata=metadata)
    )
    await client.close()


async def test_a_server_without_jetstream_is_unavailable(tmp_path: Path) -> None:
    server = NatsServer(tmp_path / "plain", more="jetstream: disabled")
    server.start()
    try:
        transport = NatsStand(server).make()
        task = asyncio.create_task(transport.run())
        await reached(lambda: transport.breaker.opened > 0)
        assert transport.state == "connecting"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    finally:
        server.kill()
