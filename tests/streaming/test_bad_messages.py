"""What is on the stream and should not be is counted, logged and skipped; nothing is lost."""

import msgspec
import pytest

from rustok.core.context import TenantRef
from rustok.core.errors import DatabaseUnavailable
from rustok.core.events import Fact
from rustok.core.events.transport import Link
from rustok.core.tenants import TenantUnknown
from rustok.streaming.envelope import (
    MalformedMessage,
    OtherEnvelope,
    decode,
    encode,
)
from rustok.testing.conformance.transport import (
    Log,
)


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


class Directory:
    """Knows some tenants, or does not answer."""

    def __init__(self, *known: object) -> None:
        self.known = set(known)
        self.answers = True
        self.asked = 0

    async def any_by_id(self, tenant_id: object) -> TenantRef:
        self.asked += 1
        if not self.answers:
            raise DatabaseUnavailable
        if tenant_id not in self.known:
            raise TenantUnknown
        raise NotImplementedError
