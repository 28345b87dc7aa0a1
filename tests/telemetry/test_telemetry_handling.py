"""Handlers work in the trace of the request that caused the event, and their lines say which."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

from rustok.core import tracing
from rustok.core.context import Context
from rustok.core.db import Database
from rustok.core.events.event import Event
from rustok.core.host import Host
from rustok.core.tracing import current_trace, handling, publishing
from rustok.outbox.service import EventLog
from rustok.outbox.types import EVENT_ID
from rustok.outbox.workers import sequencer
from rustok.telemetry import encoding
from rustok.telemetry.encoding import EndedSpan
from rustok.telemetry.logs import configure
from rustok.telemetry.spans import RecordingProvider, Sampling
from rustok.telemetry.tracing import tracer_over
from rustok.tenant.events import TenantUpdated

TENANT = uuid4()
PRODUCER = 4


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The spans that ended, of whatever part of the platform, as a collector reads them."""
    found: list[Any] = []

    def ended(scope: str, span: EndedSpan) -> None:
        request = encoding.request(b"", {scope: encoding.ended(span)})
        found.extend(TracesData.FromString(request).resource_spans[0].scope_spans[0].spans)

    provider = RecordingProvider(Sampling(ratio=1.0, parents_count=True), ended)
    monkeypatch.setattr(tracing, "tracer", lambda scope: tracer_over(provider.get_tracer(scope)))
    return found


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, as JSON; logging is left as it was."""
    before, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    stream = io.StringIO()
    configure(level="INFO", style="json", stream=stream)
    yield stream
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.configure(**before)


def parent(number: int, *, sampled: bool = True) -> str:
    """A span of a request, each in a trace of its own."""
    return f"00-{number:032x}-{number:016x}-0{int(sampled)}"


def event(trace: str = "", position: int = 1) -> Event:
    return Event(
        id=uuid4(),
        position=position,
        tenant_id=TENANT,
        name="product.created",
        schema_version=1,
        aggregate="product",
        aggregate_id=UUID(int=1),
        aggregate_version=1,
        payload=b"{}",
        occurred_at=datetime.now(UTC),
        correlation_id=f"request-{position}",
        trace=trace,
    )


def trace_of(span: Any) -> int:
    return int.from_bytes(span.trace_id, "big")


def attributes_of(span: Any) -> dict[str, Any]:
    return {
        each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes
    }


def test_a_handler_goes_on_with_the_trace_of_its_event(spans: list[Any]) -> None:
    caused = event(parent(7), position=12)
    with handling(caused, consumer="index.products"):
        inside = current_trace()

    (span,) = spans
    assert (span.name, trace_of(span)) == ("consume index.products", 7)
    assert int.from_bytes(span.parent_span_id, "big") == 7
    assert span.span_id.hex() in inside
    assert attributes_of(span)["rustok.event.position"] == 12
    assert attributes_of(span)["messaging.message.id"] == EVENT_ID.text(caused.id)
    assert current_trace() == ""


def test_an_event_without_a_trace_begins_one(spans: list[Any]) -> None:
    with handling(event(), consumer="mails"):
        pass
    assert [span.parent_span_id for span in spans] == [b""]


def test_what_was_not_sampled_is_not_handled_in_a_trace(spans: list[Any]) -> None:
    with handling(event(parent(7, sampled=False)), consumer="mails"):
        assert current_trace().startswith(f"00-{7:032x}")
    assert spans == []


def test_every_trace_of_a_batch_has_its_span(spans: list[Any]) -> None:
    batch = [
        event(parent(1, sampled=False), 1),
        event(parent(2), 2),
        event(parent(2), 3),
        event(parent(3), 4),
        event("", 5),
    ]
    with pytest.raises(LookupError), handling(batch, consumer="index.products"):
        raise LookupError

    worked, other = spans
    assert (trace_of(worked), trace_of(other)) == (2, 3)
    assert [link.span_id for link in other.links] == [worked.span_id]
    assert attributes_of(worked)["messaging.batch.message_count"] == 5
    for span in spans:
        assert [happened.name for happened in span.events] == ["exception"]
        assert span.end_time_unix_nano >= span.start_time_unix_nano


def test_sending_to_a_stream_is_in_the_trace_too(spans: list[Any]) -> None:
    with publishing([event(parent(5))], stream="nats"):
        pass
    (span,) = spans
    assert (span.name, span.kind, trace_of(span)) == ("publish nats", PRODUCER, 5)
    with publishing([], stream="nats"):
        pass
    assert len(spans) == 1


def test_lines_of_a_handler_name_its_event(spans: list[Any], lines: io.StringIO) -> None:
    one, batch = event(parent(7)), [event(parent(7), number) for number in range(1, 15)]
    log = structlog.get_logger("rustok.test")
    with handling(batch, consumer="index.products"):
        log.info("several")
        with handling(one, consumer="mails"):
            log.info("one")
        log.info("several again")
    log.info("none")

    several, single, again, none = map(json.loads, lines.getvalue().splitlines())
    assert single["event_id"] == EVENT_ID.text(one.id)
    assert (single["request_id"], single["tenant"]) == ("request-1", str(TENANT))
    assert (single["consumer"], single["event_name"]) == ("mails", "product.created")
    assert single["trace_id"] == f"{7:032x}"
    assert several["event_ids"] == [EVENT_ID.text(each.id) for each in batch[:10]]
    assert (several["events"], "event_id" in several) == (14, False)
    assert again["consumer"] == "index.products"
    assert not {"consumer", "event_id", "tenant", "trace_id"} & none.keys()


async def test_an_event_is_kept_with_the_span_that_recorded_it(
    host: Host, ctx: Context, spans: list[Any]
) -> None:
    traced = await recorded(host.db, ctx, parent(9))
    untraced = await recorded(host.db, ctx, None)
    await sequencer(host).drain()

    log = host.get(EventLog)
    (span,) = [each for each in spans if each.name == "request"]
    kept = (await log.show(traced)).as_event().trace
    assert kept == f"00-{9:032x}-{span.span_id.hex()}-01"
    assert (await log.show(untraced)).as_event().trace == ""


async def recorded(db: Database, ctx: Context, trace: str | None) -> UUID:
    """Records a fact, within a span under the trace where one is given."""

    async def record() -> UUID:
        async with db.write(ctx) as session:
            return session.record(
                TenantUpdated(changed=()), aggregate_id=ctx.tenant.id, aggregate_version=2
            )

    if trace is None:
        return await record()
    made = tracing.tracer("test")
    assert made is not None
    with made.span("request", {}, parent=trace):
        return await record()
