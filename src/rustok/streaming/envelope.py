"""An event on the wire: one JSON object, the same on every stream."""

from datetime import datetime
from uuid import UUID

import msgspec

from rustok.core.events.event import Event
from rustok.core.events.transport import Link

VERSION = 1
"""Of the envelope. A field more is no new version; a field less or another meaning is."""


class MalformedMessage(Exception):
    """The message is no envelope, or one that contradicts itself."""


class OtherEnvelope(Exception):
    """The message is an envelope of another version than VERSION."""


class _Envelope(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    envelope: int
    id: UUID
    position: int
    previous: int
    tenant_id: UUID
    name: str
    schema_version: int
    aggregate: str
    aggregate_id: UUID
    aggregate_version: int
    payload: msgspec.Raw
    occurred_at: datetime
    actor_id: UUID | None = None
    correlation_id: str = ""
    causation_id: UUID | None = None
    trace: str = ""


class _Version(msgspec.Struct, frozen=True):
    envelope: int


_decoder = msgspec.json.Decoder(_Envelope)
_version_decoder = msgspec.json.Decoder(_Version)
_encoder = msgspec.json.Encoder()


def message_id(event: Event) -> str:
    """What a stream recognises an event by that it was sent before.

    The id is in it beside the position, because a database that lost its last commits gives their
    positions again, to other events.
    """
    return f"{event.position}-{event.id.hex}"


def family(event: Event) -> str:
    """The topic of an event: its name up to the first dot."""
    return event.name.partition(".")[0]


def encode(link: Link) -> bytes:
    """The message of an event."""
    event = link.event
    return _encoder.encode(
        _Envelope(
            envelope=VERSION,
            id=event.id,
            position=event.position,
            previous=link.previous,
            tenant_id=event.tenant_id,
            name=event.name,
            schema_version=event.schema_version,
            aggregate=event.aggregate,
            aggregate_id=event.aggregate_id,
            aggregate_version=event.aggregate_version,
            payload=msgspec.Raw(event.payload),
            occurred_at=event.occurred_at,
            actor_id=event.actor_id,
            correlation_id=event.correlation_id,
            causation_id=event.causation_id,
            trace=event.trace,
        )
    )


def decode(body: bytes) -> Link:
    """The event of a message; raises MalformedMessage, OtherEnvelope."""
    try:
        found = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        version = _version(body)
        if version not in {None, VERSION}:
            raise OtherEnvelope(f"version {version}, not {VERSION}") from error
        raise MalformedMessage(str(error)) from error
    if found.envelope != VERSION:
        raise OtherEnvelope(f"version {found.envelope}, not {VERSION}")
    if not 0 <= found.previous < found.position:
        raise MalformedMessage(f"position {found.position} follows {found.previous}")
    if found.occurred_at.tzinfo is None:
        raise MalformedMessage("occurredAt has no offset")
    return Link(event=_event(found), previous=found.previous)


def _event(found: _Envelope) -> Event:
    return Event(
        id=found.id,
        position=found.position,
        tenant_id=found.tenant_id,
        name=found.name,
        schema_version=found.schema_version,
        aggregate=found.aggregate,
        aggregate_id=found.aggregate_id,
        aggregate_version=found.aggregate_version,
        payload=bytes(found.payload),
        occurred_at=found.occurred_at,
        actor_id=found.actor_id,
        correlation_id=found.correlation_id,
        causation_id=found.causation_id,
        trace=found.trace,
    )


def _version(body: bytes) -> int | None:
    try:
        return _version_decoder.decode(body).envelope
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
