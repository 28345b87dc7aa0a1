"""Spans as OTLP's protobuf.

What every span has is put together as bytes, and attributes, which repeat from span to span, are
kept so: a quarter of the time that messages take to be made of objects first. What few spans have
is made by the library; of a message, parts in any order are the same.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from struct import Struct
from typing import Any, Final

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1 import trace_pb2 as pb
from opentelemetry.trace import SpanContext

from rustok.telemetry.spans import RecordedSpan

KEPT: Final = 4_096
LONGEST: Final = 100
"""Longer texts are hardly ever the same."""
_SCALARS: Final = frozenset({bool, int, float})
LOCAL: Final = pb.SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK
REMOTE: Final = LOCAL | pb.SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK

# a field's number times eight, and how its value is written: 0 a varint, 1 and 5 so many bytes,
# 2 a length and bytes
_TRACE_ID, _SPAN_ID, _PARENT_ID = b"\x0a\x10", b"\x12\x08", b"\x22\x08"
_NAME, _ATTRIBUTE, _IN_LIST, _IN_SCOPE = b"\x2a", b"\x4a", b"\x0a", b"\x12"
_KIND_AND_TIMES: Final = Struct("<BBBQBQ").pack
_FLAGS: Final = {flags: Struct("<HI").pack(0x0185, flags) for flags in (LOCAL, REMOTE)}


def encoded(spans: Sequence[RecordedSpan], about: Mapping[str, Any]) -> bytes:
    """A request of OTLP; `about` are the attributes of the process."""
    scopes: dict[str, list[bytes]] = {}
    for span in spans:
        scopes.setdefault(span.scope, []).append(_sized(_IN_SCOPE, _span(span)))
    resource = Resource(attributes=[_key_value(*each) for each in about.items()])
    parts = [pb.ResourceSpans(resource=resource).SerializeToString()]
    for name, found in scopes.items():
        scope = pb.ScopeSpans(scope=InstrumentationScope(name=name)).SerializeToString()
        parts.append(_sized(_IN_SCOPE, b"".join([scope, *found])))
    return _sized(_IN_LIST, b"".join(parts))


def _span(span: RecordedSpan) -> bytes:
    context, parent = span.context, span.parent
    is_remote = parent is not None and parent.is_remote
    parts = [
        _TRACE_ID,
        context.trace_id.to_bytes(16, "big"),
        _SPAN_ID,
        context.span_id.to_bytes(8, "big"),
        _sized(_NAME, _text(span.name).encode()),
        # OTLP has an unspecified kind before the others
        _KIND_AND_TIMES(0x30, span.kind.value + 1, 0x39, span.start_time, 0x41, span.end_time),
        _FLAGS[REMOTE if is_remote else LOCAL],
    ]
    if parent is not None:
        parts += (_PARENT_ID, parent.span_id.to_bytes(8, "big"))
    for key, value in span.attributes.items():
        is_kept = len(value) <= LONGEST if type(value) is str else type(value) in _SCALARS
        parts.append(_kept(key, value) if is_kept else _attribute(key, value))
    if span.links or span.events or span.status is not None:
        parts.append(_rest(span))
    return b"".join(parts)


def _rest(span: RecordedSpan) -> bytes:
    made = pb.Span()
    if span.status is not None:
        code: Any = span.status.status_code.value
        made.status.code = code
        made.status.message = _text(span.status.description or "")
    for link in span.links:
        made.links.add(
            trace_id=link.context.trace_id.to_bytes(16, "big"),
            span_id=link.context.span_id.to_bytes(8, "big"),
            attributes=[_key_value(*each) for each in (link.attributes or {}).items()],
            flags=_remoteness(link.context),
        )
    for event in span.events:
        made.events.add(
            name=_text(event.name),
            time_unix_nano=event.timestamp,
            attributes=[_key_value(*each) for each in event.attributes.items()],
        )
    found: bytes = made.SerializeToString()
    return found


def _remoteness(context: SpanContext) -> int:
    return REMOTE if context.is_remote else LOCAL


def _attribute(key: str, value: Any) -> bytes:
    return _sized(_ATTRIBUTE, _key_value(key, value).SerializeToString())


_kept = lru_cache(KEPT, typed=True)(_attribute)  # 1, 1.0 and True are not the same


def _key_value(key: str, value: Any) -> KeyValue:
    match value:
        case bool():
            made = AnyValue(bool_value=value)
        case int() if -(1 << 63) <= value < 1 << 63:
            made = AnyValue(int_value=value)
        case float():
            made = AnyValue(double_value=value)
        case _:
            made = AnyValue(string_value=_text(str(value)))
    return KeyValue(key=_text(key), value=made)


def _text(text: str) -> str:
    """The text as every collector takes it: half a character is none."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _sized(field: bytes, data: bytes) -> bytes:
    """The field with its length before it, seven bits a byte, the lowest first."""
    left = len(data)
    length = bytearray()
    while left > 0x7F:
        length.append(left & 0x7F | 0x80)
        left >>= 7
    length.append(left)
    return b"".join((field, length, data))
