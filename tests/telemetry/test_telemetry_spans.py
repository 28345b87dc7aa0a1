"""Spans are what OpenTelemetry's API promises, and arrive as they were made."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import SpanContext, SpanKind, StatusCode, TraceFlags

from rustok.telemetry import encoding
from rustok.telemetry.encoding import EndedSpan
from rustok.telemetry.export import sampling
from rustok.telemetry.spans import RecordingProvider, Sampling
from rustok.telemetry.tracing import Shape, Tracer, tracer_over

ALL = Sampling(ratio=1.0, parents_count=True)
NAMES = st.text(st.characters(), max_size=300)  # halves of characters, too
VALUES = st.one_of(
    NAMES, st.booleans(), st.integers(), st.floats(allow_nan=False), st.lists(st.integers())
)


class Recorder:
    """Keeps the spans that ended."""

    def __init__(self, sampling: Sampling = ALL) -> None:
        self.spans: list[tuple[str, EndedSpan]] = []
        self.provider = RecordingProvider(sampling, lambda *span: self.spans.append(span))
        self.tracer = self.provider.get_tracer("test")

    def sent(self) -> list[Any]:
        """The spans as a collector reads them."""
        assert {scope for scope, _ in self.spans} <= {"test"}
        spans = b"".join(encoding.ended(span) for _, span in self.spans)
        body = encoding.request(encoding.resource({"service.name": "shop"}), {"test": spans})
        (of_process,) = ExportTraceServiceRequest.FromString(body).resource_spans
        assert [each.value.string_value for each in of_process.resource.attributes] == ["shop"]
        return [span for scope in of_process.scope_spans for span in scope.spans]


def attributes_of(thing: Any) -> dict[str, Any]:
    return {
        each.key: getattr(each.value, each.value.WhichOneof("value")) for each in thing.attributes
    }


def told(value: Any) -> Any:
    """How a collector sees an attribute's value."""
    if isinstance(value, bool | float):
        return value
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
        return value
    return str(value).encode("utf-8", "replace").decode()


@given(name=NAMES, attributes=st.dictionaries(NAMES, VALUES, max_size=5), event=NAMES)
def test_a_span_arrives_as_it_was_made(name: str, attributes: dict[str, Any], event: str) -> None:
    recorder = Recorder()
    with recorder.tracer.start_as_current_span("outer", kind=SpanKind.SERVER) as outer:
        link = trace.Link(outer.get_span_context(), {"why": "before"})
        inner = recorder.tracer.start_span(name, attributes=attributes, links=[link], start_time=7)
        inner.add_event(event, attributes, 8)
        inner.set_status(StatusCode.ERROR, name)
        inner.end(9)

    sent, parent = recorder.sent()
    assert (sent.name, sent.status.message) == (told(name), told(name))
    assert (sent.start_time_unix_nano, sent.end_time_unix_nano) == (7, 9)
    assert (sent.trace_id, sent.parent_span_id) == (parent.trace_id, parent.span_id)
    expected = {told(key): told(value) for key, value in attributes.items()}
    assert attributes_of(sent) == expected
    (happened,) = sent.events
    assert (happened.name, happened.time_unix_nano) == (told(event), 8)
    assert attributes_of(happened) == expected
    (linked,) = sent.links
    assert (linked.span_id, attributes_of(linked)) == (parent.span_id, {"why": "before"})
    assert (parent.kind, parent.parent_span_id) == (2, b"")


def test_values_that_are_equal_but_not_the_same_stay_what_they_are() -> None:
    recorder = Recorder()
    for value in (1, True, 1.0, "1"):
        recorder.tracer.start_span("one", attributes={"value": value}).end()
    kinds = [span.attributes[0].value.WhichOneof("value") for span in recorder.sent()]
    assert kinds == ["int_value", "bool_value", "double_value", "string_value"]


def test_an_exception_is_noted_once_and_the_span_ends() -> None:
    recorder = Recorder()
    with (
        pytest.raises(LookupError),
        Tracer(recorder.tracer).span("work", {"of": "a handler"}, kind="consumer", parent=""),
    ):
        raise LookupError("nothing there")

    (sent,) = recorder.sent()
    assert (sent.status.code, sent.kind) == (2, 5)
    (event,) = sent.events
    assert event.name == "exception"
    assert attributes_of(event)["exception.type"] == "LookupError"
    assert "nothing there" in attributes_of(event)["exception.stacktrace"]


def test_a_span_ends_once() -> None:
    recorder = Recorder()
    span = recorder.tracer.start_span("work")
    for _ in range(2):
        span.end()
    assert len(recorder.spans) == 1
    assert not span.is_recording()


def context(trace_id: int, flags: int, *, is_remote: bool) -> SpanContext:
    return SpanContext(trace_id, 1, is_remote, TraceFlags(flags))


@given(trace_id=st.integers(1, (1 << 128) - 1), ratio=st.floats(0, 1))
def test_a_ratio_takes_the_traces_that_the_sdk_would(trace_id: int, ratio: float) -> None:
    decided: Any = TraceIdRatioBased(ratio).should_sample(None, trace_id, "any").decision
    theirs = decided.is_sampled()
    ours = Sampling(ratio=ratio, parents_count=True)
    assert ours.takes(trace_id, None) is theirs
    for flags in (0, 1):  # what a caller says changes nothing
        assert ours.takes(trace_id, context(trace_id, flags, is_remote=True)) is theirs
        assert ours.takes(trace_id, context(trace_id, flags, is_remote=False)) is bool(flags)


@pytest.mark.parametrize(
    ("name", "ratio", "parents_count"),
    [
        ("always_on", 1.0, False),
        ("always_off", 0.0, False),
        ("traceidratio", 0.25, False),
        ("parentbased_always_on", 1.0, True),
        ("parentbased_always_off", 0.0, True),
        ("parentbased_traceidratio", 0.25, True),
    ],
)
def test_names_of_samplers_mean_what_they_say(
    name: Any, ratio: float, *, parents_count: bool
) -> None:
    assert sampling(name, 0.25) == Sampling(ratio=ratio, parents_count=parents_count)


@pytest.fixture(params=[Tracer, tracer_over])
def over(request: pytest.FixtureRequest) -> Any:
    """What the platform traces by: over anybody's spans, and straight to ours."""
    return request.param


REQUEST = Shape("GET /products", {"http.route": "/products"}, kind="server")
STATEMENT = Shape("SELECT products", {"of": "the database"}, kind="client")


def test_what_is_not_taken_is_not_sent_but_goes_on(over: Any) -> None:
    recorder = Recorder(Sampling(ratio=0.0, parents_count=True))
    tracer = over(recorder.tracer)
    request = tracer.open("GET", {}, caller=None)
    current = trace.get_current_span().get_span_context()
    tracer.passed(STATEMENT, 0.001)
    with tracer.span("inner", {}):
        assert trace.get_current_span().get_span_context().trace_id == current.trace_id
    assert trace.get_current_span().get_span_context() == current
    request.close(REQUEST, {})
    assert recorder.spans == []
    assert current.is_valid
    assert not current.trace_flags.sampled
    assert not trace.get_current_span().get_span_context().is_valid


def test_what_is_said_of_a_request_that_has_ended_is_not_sent(over: Any) -> None:
    recorder = Recorder()
    request = over(recorder.tracer).open("GET", {"url.path": "/"}, caller=None)
    current = trace.get_current_span()
    current.set_attributes({"early": 1, "list": [1, 2]})
    request.close(REQUEST, {})
    current.set_attribute("late", 2)
    (sent,) = recorder.sent()
    assert attributes_of(sent) == {
        "http.route": "/products",
        "url.path": "/",
        "early": 1,
        "list": "[1, 2]",
    }


def test_what_has_passed_is_under_what_is_current(over: Any) -> None:
    recorder = Recorder()
    tracer = over(recorder.tracer)
    with tracer.span("request", {}, parent=""):
        tracer.passed(STATEMENT, 0.5)
        tracer.past("failing", 0.5, {}, failed=LookupError())

    done, failed, request = recorder.sent()
    assert (done.name, done.parent_span_id, done.kind) == (
        "SELECT products",
        request.span_id,
        SpanKind.CLIENT.value + 1,
    )
    assert attributes_of(done) == {"of": "the database"}
    assert done.trace_id == request.trace_id
    assert 0.4e9 < done.end_time_unix_nano - done.start_time_unix_nano < 5e9
    assert (failed.parent_span_id, failed.status.code) == (request.span_id, 2)
    tracer.passed(STATEMENT, 0.5)
    assert len(recorder.spans) == 3


@pytest.mark.parametrize("caller", [None, "", "nothing", f"00-{'a' * 32}-{'b' * 16}-00"])
def test_a_request_is_what_it_turned_out_to_be(over: Any, caller: str | None) -> None:
    recorder = Recorder()
    tracer = over(recorder.tracer)
    open_span = tracer.open("GET", {"url.path": "/products"}, caller=caller)
    trace.get_current_span().set_attribute("said.by", "somebody else")
    tracer.passed(STATEMENT, 0.0)
    open_span.close(REQUEST, {"rustok.tenant": "one"})

    statement, request = recorder.sent()
    assert (request.name, request.kind) == ("GET /products", SpanKind.SERVER.value + 1)
    assert attributes_of(request) == {
        "http.route": "/products",
        "url.path": "/products",
        "said.by": "somebody else",
        "rustok.tenant": "one",
    }
    assert statement.parent_span_id == request.span_id
    if caller is not None and len(caller) > 10:
        assert (request.trace_id.hex(), request.parent_span_id.hex()) == ("a" * 32, "b" * 16)
        assert request.flags & encoding.REMOTE == encoding.REMOTE
    else:
        assert request.parent_span_id == b""
    assert not trace.get_current_span().get_span_context().is_valid


def test_what_is_said_twice_of_a_request_is_sent_once(over: Any) -> None:
    recorder = Recorder()
    span = over(recorder.tracer).open("GET", {}, caller=None)
    span.close(REQUEST, {"http.route": "/elsewhere"}, failed=LookupError("nothing there"))
    (sent,) = recorder.sent()
    assert [(each.key, each.value.string_value) for each in sent.attributes] == [
        ("http.route", "/elsewhere")
    ]
    assert (sent.status.code, sent.events[0].name) == (2, "exception")


@given(size=st.integers(0, 40_000))
def test_a_text_of_any_length_arrives(size: int) -> None:
    recorder = Recorder()
    recorder.tracer.start_span("x" * (size // 3), attributes={"text": "y" * size}).end()
    (sent,) = recorder.sent()
    assert (len(sent.name), attributes_of(sent)) == (size // 3, {"text": "y" * size})
