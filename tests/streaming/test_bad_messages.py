"""What is on the stream and should not be is counted, logged and skipped; nothing is lost."""

import msgspec
import nats
import pytest
from structlog.testing import capture_logs

from rustok.core.context import TenantRef
from rustok.core.events import Fact
from rustok.core.events.transport import Link, partition_of
from rustok.core.events.upcasting import Upcasters
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory
from rustok.streaming.buffers import Buffers
from rustok.streaming.envelope import MalformedMessage, OtherEnvelope, decode, encode
from rustok.streaming.intake import InstalledUnderstanding, Intake, Skipped
from rustok.streaming.numbers import StreamNumbers
from rustok.testing.conformance.transport import Log, Reader, caught_up, following
from rustok.testing.nats_server import NatsServer
from tests.streaming.stands import Everything, NatsStand, reached, running


class Noted(Fact, frozen=True):
    """Something was noted."""

    name = "conformance.noted"
    aggregate = "conformance"


def message(link: Link, **changes: object) -> bytes:
    return msgspec.json.encode(msgspec.json.decode(encode(link)) | changes)


MALFORMED = {
    "nothing": b"",
    "no JSON": b"hello",
    "no object": b"[]",
    "bad UTF-8": b'{"envelope": 1, "name": "\xff"}',
    "fields are missing": b'{"envelope": 1}',
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_envelope_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode(body)


@pytest.mark.parametrize(
    "changes",
    [
        {"position": 0},
        {"position": "1"},
        {"previous": -1},
        {"previous": 1},
        {"tenantId": "acme"},
        {"occurredAt": "2026-01-01T00:00:00"},
        {"occurredAt": "yesterday"},
        {"id": None},
    ],
)
def test_an_envelope_that_contradicts_itself_is_malformed(changes: dict[str, object]) -> None:
    (link,) = Log().append(1)
    with pytest.raises(MalformedMessage):
        decode(message(link, **changes))


def test_another_version_is_recognised_whatever_else_is_in_it() -> None:
    (link,) = Log().append(1)
    with pytest.raises(OtherEnvelope, match="version 2, not 1"):
        decode(message(link, envelope=2))
    with pytest.raises(OtherEnvelope, match="version 7, not 1"):
        decode(b'{"envelope": 7, "anything": true}')


def test_a_field_more_is_no_other_version() -> None:
    (link,) = Log().append(1)
    assert decode(message(link, colour="blue")) == link


def test_an_event_is_what_it_was() -> None:
    for link in Log().append(5):
        assert decode(encode(link)) == link


@pytest.fixture
def understanding(host: Host) -> InstalledUnderstanding:
    host.get(Upcasters).declare(Noted)
    return InstalledUnderstanding(host.get(Upcasters), host.get(TenantDirectory))


def of_tenant(log: Log, tenant: TenantRef) -> Link:
    (link,) = log.append(1, tenant=tenant.id)
    return link


async def skipped(understanding: InstalledUnderstanding, link: Link) -> str:
    with pytest.raises(Skipped) as caught:
        await understanding.check(link)
    return caught.value.code


async def test_events_of_installed_modules_and_tenants_are_let_in(
    understanding: InstalledUnderstanding, tenant: TenantRef
) -> None:
    await understanding.check(of_tenant(Log(), tenant))


async def test_unknown_events_versions_and_tenants_are_not(
    understanding: InstalledUnderstanding, tenant: TenantRef
) -> None:
    log = Log()
    good = of_tenant(log, tenant)
    unknown = msgspec.structs.replace(good.event, name="nobody.knows")
    newer = msgspec.structs.replace(good.event, schema_version=9)
    (nowhere,) = log.append(1)
    assert await skipped(understanding, Link(unknown, 0)) == "EVENT_TYPE_UNKNOWN"
    assert await skipped(understanding, Link(newer, 0)) == "EVENT_VERSION_UNKNOWN"
    assert await skipped(understanding, nowhere) == "TENANT_UNKNOWN"


async def test_what_is_skipped_is_counted_and_read_from_the_log(
    tenant: TenantRef, understanding: InstalledUnderstanding, nats_server: NatsServer
) -> None:
    stand, log = NatsStand(nats_server), Log(1)
    log.tenants = (tenant.id,)
    first = log.append(10)
    transport = stand.make(understanding)
    async with running(transport):
        await following(transport, log)
        await transport.sink.publish(first)
        client = await nats.connect(nats_server.url)
        js = client.jetstream()
        for body in (b"hello", message(first[0], envelope=2), message(first[0], name="who.knows")):
            await js.publish(f"rustok.events.any.{partition_of(tenant.id)}", body)
        strange = msgspec.structs.replace(log.append(1)[0].event, name="nobody.knows")
        log.links[-1] = Link(strange, log.links[-1].previous)
        await transport.sink.publish([log.links[-1], *log.append(10)])
        reader = Reader(log)
        await reached(lambda: transport.numbers.received == 20)
        await caught_up(transport, reader)
        await client.close()
    assert transport.numbers.skipped == {
        "STREAM_MESSAGE_MALFORMED": 1,
        "STREAM_ENVELOPE_UNKNOWN": 1,
        "EVENT_TYPE_UNKNOWN": 2,
    }
    assert reader.from_log >= 1


async def test_a_flood_of_bad_messages_is_counted_but_logged_once_a_second() -> None:
    numbers, now = StreamNumbers(), 0.0
    intake = Intake(
        Buffers(most_events=10, most_bytes=10_000), numbers, Everything(), timer=lambda: now
    )
    with capture_logs() as lines:
        for _ in range(1_000):
            await intake.take(b"{", place="somewhere")
        now = 2.0
        await intake.take(b"{", place="somewhere")
    assert numbers.skipped["STREAM_MESSAGE_MALFORMED"] == 1_001
    assert [(line["code"], line["skipped"], line["place"]) for line in lines] == [
        ("STREAM_MESSAGE_MALFORMED", 1, "somewhere"),
        ("STREAM_MESSAGE_MALFORMED", 1_001, "somewhere"),
    ]
