"""Spans as OTLP's protobuf.

A span is put together as bytes when it ends: that takes a tenth of the time that the library's
messages take to be made and written, and leaves no objects behind for the garbage collector. What
few spans have is made by the library; of a message, parts in any order are the same.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from struct import Struct
from typing import Any, Final, TypeAlias

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1 import trace_pb2 as pb
from opentelemetry.trace import Link, SpanContext, Status

KEPT: Final = 4_096
LOCAL: Final = pb.SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK
REMOTE: Final = LOCAL | pb.SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK

# a field's number times eight, and how its value is written: 0 a varint, 1 and 5 so many bytes,
# 2 a length and bytes
_TRACE_ID, _SPAN_ID, _PARENT_ID, _BEGAN, _ENDED, _FLAGS = 0x100A, 0x0812, 0x0822, 0x39, 0x41, 0x0185
_NAME, _KIND, _ATTRIBUTE = b"\x2a", b"\x30", b"\x4a"
_KEY, _VALUE, _STRING, _IN_LIST, _IN_SCOPE = b"\x0a", b"\x12", b"\x0a", b"\x0a", b"\x12"
_root = Struct("<H16sH8sBQBQHI").pack
_child = Struct("<H16sH8sH8sBQBQHI").pack
_ONE_BYTE: Final = 0x80
_TWO_BYTES: Final = 0x4000
_AROUND_TEXT: Final = 4
"""What stands between a key and a short text, and is counted with them."""


EndedSpan: TypeAlias = tuple[
    bytes, bytes, bytes | None, int, int, bytes, Mapping[str, Any] | None, bool
]
"""The ids of a trace, of a span and of its parent; when it began and ended, in nanoseconds; what it
is besides, as it is sent; attributes that are not; whether its parent is in another installation.
"""


def ended(told: EndedSpan) -> bytes:
    """A span as it stands in a scope."""
    trace_id, span_id, parent_id, began, end, rest, attributes, is_remote = told
    if attributes:
        rest += attributed(attributes)
    return span(trace_id, span_id, parent_id, began, end, rest, is_remote=is_remote)


def span(
    trace_id: bytes,
    span_id: bytes,
    parent_id: bytes | None,
    began: int,
    ended: int,
    rest: bytes,
    *,
    is_remote: bool = False,
) -> bytes:
    """A span as it stands in a scope; times in nanoseconds, `is_remote` of its parent."""
    flags = REMOTE if is_remote else LOCAL
    if parent_id is None:
        fixed = _root(
            _TRACE_ID, trace_id, _SPAN_ID, span_id, _BEGAN, began, _ENDED, ended, _FLAGS, flags
        )
    else:
        fixed = _child(
            _TRACE_ID,
            trace_id,
            _SPAN_ID,
            span_id,
            _PARENT_ID,
            parent_id,
            _BEGAN,
            began,
            _ENDED,
            ended,
            _FLAGS,
            flags,
        )
    size = len(fixed) + len(rest)
    if _ONE_BYTE <= size < _TWO_BYTES:
        return b"\x12%c%c%b%b" % (size & 0x7F | _ONE_BYTE, size >> 7, fixed, rest)
    return _sized(_IN_SCOPE, fixed + rest)


def named(name: str, kind: int, attributes: Mapping[str, Any]) -> bytes:
    """What a span is besides its ids and times; `kind` as the API counts them."""
    # OTLP has an unspecified kind before the others
    parts = [_sized(_NAME, _bytes(name)), _KIND, bytes((kind + 1,))]
    return b"".join(parts) + attributed(attributes)


def attributed(attributes: Mapping[str, Any]) -> bytes:
    """Attributes of a span; the last of a name counts, where it is given more than once."""
    return b"".join(
        [
            _text(key, value) if type(value) is str else _other(key, value)
            for key, value in attributes.items()
        ]
    )


def happened(
    status: Status | None,
    links: Iterable[Link],
    events: Iterable[tuple[str, Mapping[str, Any], int]],
) -> bytes:
    """How a span ended, what it is linked to, and what happened in it: name, attributes, moment."""
    made = pb.Span()
    if status is not None:
        code: Any = status.status_code.value
        made.status.code = code
        made.status.message = _bytes(status.description or "").decode()
    for link in links:
        made.links.add(
            trace_id=link.context.trace_id.to_bytes(16, "big"),
            span_id=link.context.span_id.to_bytes(8, "big"),
            attributes=[_key_value(*each) for each in (link.attributes or {}).items()],
            flags=_remoteness(link.context),
        )
    for name, attributes, moment in events:
        made.events.add(
            name=_bytes(name).decode(),
            time_unix_nano=moment,
            attributes=[_key_value(*each) for each in attributes.items()],
        )
    found: bytes = made.SerializeToString()
    return found


def resource(about: Mapping[str, Any]) -> bytes:
    """The attributes of the process."""
    made = Resource(attributes=[_key_value(*each) for each in about.items()])
    found: bytes = pb.ResourceSpans(resource=made).SerializeToString()
    return found


def request(about: bytes, scopes: Mapping[str, bytes | bytearray]) -> bytes:
    """A request of OTLP: the spans of each scope, one after the other, and the process that they
    are `about`; copied once."""
    parts: list[bytes | bytearray] = [about]
    for scope, spans in scopes.items():
        made = pb.ScopeSpans(scope=InstrumentationScope(name=scope)).SerializeToString()
        parts += (_IN_SCOPE, _length(len(made) + len(spans)), made, spans)
    return b"".join([_IN_LIST, _length(sum(map(len, parts))), *parts])


def _remoteness(context: SpanContext) -> int:
    return REMOTE if context.is_remote else LOCAL


def _text(key: str, value: str) -> bytes:
    known, data = _key(key), value.encode("utf-8", "replace")
    size = len(data)
    around = len(known) + _AROUND_TEXT + size
    if around < _ONE_BYTE:
        return b"\x4a%c%b\x12%c\x0a%c%b" % (around, known, size + 2, size, data)
    return _sized(_ATTRIBUTE, known + _sized(_VALUE, _sized(_STRING, data)))


@lru_cache(KEPT)
def _key(key: str) -> bytes:
    return _sized(_KEY, _bytes(key))


@lru_cache(KEPT, typed=True)  # 1, 1.0 and True are not the same
def _scalar(key: str, value: float) -> bytes:
    return _sized(_ATTRIBUTE, _key_value(key, value).SerializeToString())


def _other(key: str, value: Any) -> bytes:
    if isinstance(value, int | float):
        return _scalar(key, value)
    return _text(key, str(value))


def _key_value(key: str, value: Any) -> KeyValue:
    match value:
        case bool():
            made = AnyValue(bool_value=value)
        case int() if -(1 << 63) <= value < 1 << 63:
            made = AnyValue(int_value=value)
        case float():
            made = AnyValue(double_value=value)
        case _:
            made = AnyValue(string_value=_bytes(str(value)).decode())
    return KeyValue(key=_bytes(key).decode(), value=made)


def _bytes(text: str) -> bytes:
    """The text as every collector takes it: half a character is none."""
    return text.encode("utf-8", "replace")


def _sized(field: bytes, data: bytes) -> bytes:
    """The field with its length before it."""
    left = len(data)
    if left < _ONE_BYTE:
        return b"%b%c%b" % (field, left, data)
    return b"".join((field, _length(left), data))


def _length(left: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    length = bytearray()
    while left >= _ONE_BYTE:
        length.append(left & 0x7F | _ONE_BYTE)
        left >>= 7
    length.append(left)
    return bytes(length)
