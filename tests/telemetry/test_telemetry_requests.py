"""Every request is counted by the route it took, and its lines of the log say whose they are."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider

from rustok.app.asgi import asgi
from rustok.app.edge.asgi import Message, Receive, Scope, Send
from rustok.app.telemetry.requests import NO_ROUTE, RequestWatch
from rustok.core.context import Context, TenantRef, system_context
from rustok.core.host import Host
from rustok.core.tracing import Tracer, current_trace
from rustok.telemetry.logs import configure
from rustok.telemetry.metrics import Metrics
from rustok.testing.http import client_of

SECONDS = "rustok_http_request_seconds_count"


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


def counted(metrics: Metrics, *, route: str, method: str, status: str) -> float:
    wanted = f'{SECONDS}{{method="{method}",route="{route}",status="{status}"}} '
    found = metrics.text().decode().splitlines()
    return sum(float(line.removeprefix(wanted)) for line in found if line.startswith(wanted))


async def test_requests_are_counted_by_route_method_and_class_of_status(
    host: Host, tenant: TenantRef
) -> None:
    application = asgi(host)
    metrics = host.get(Metrics)
    async with client_of(application, tenant) as client:
        for handle in ("mug", "cup"):
            await client.get(f"/api/v1/store/products/{handle}")
        await client.get("/api/v1/store/products")
        await client.get("/nowhere/at/all")
        await client.post("/graphql", json={"query": "{ __typename }"})
        await client.get("/health/live")
        await client.request("BREW", "/api/v1/store/products")

    store = "/api/v1/store/products"
    assert counted(metrics, route=f"{store}/{{key}}", method="GET", status="4xx") == 2
    assert counted(metrics, route=store, method="GET", status="2xx") == 1
    assert counted(metrics, route="/graphql", method="POST", status="2xx") == 1
    assert counted(metrics, route="/health/live", method="GET", status="2xx") == 1
    text = metrics.text().decode()
    assert 'method="(other)"' in text
    assert "BREW" not in text
    assert "mug" not in text
    assert "rustok_http_requests_active 0.0" in text
    assert tenant.slug not in text
    assert str(tenant.id) not in text


class Application:
    """Answers when it is told to, and logs a line before and after."""

    def __init__(self) -> None:
        self.answer = asyncio.Event()
        self.traces: list[str] = []

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        scope["rustok_request_id"] = scope["path"].strip("/")
        scope["rustok_ctx"] = scope["ctx"]
        log = structlog.get_logger("rustok.test")
        log.info("before")
        await self.answer.wait()
        log.info("after")
        self.traces.append(current_trace())
        if scope["path"] == "/raises":
            raise LookupError
        scope["rustok_status"] = 200
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def leave(self) -> None:
        """Nobody stays."""


async def ask(watch: RequestWatch, path: str, ctx: Context, *headers: tuple[bytes, bytes]) -> None:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": headers,
        "ctx": ctx,
    }

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        assert message["type"].startswith("http.response")

    await watch(scope, receive, send)


def context_of(slug: str) -> Context:
    return system_context(
        TenantRef(
            id=uuid4(),
            slug=slug,
            name=slug,
            default_locale="en",
            locales=("en",),
            currency="EUR",
            modules=frozenset(),
        )
    )


def watching(application: Application, *, tenants: bool = False) -> tuple[RequestWatch, Metrics]:
    metrics = Metrics()
    tracer = Tracer(TracerProvider().get_tracer("test"))
    watch = RequestWatch(application, metrics, tracer, leave=application.leave, tenants=tenants)
    return watch, metrics


async def test_lines_of_requests_at_the_same_time_each_name_their_own(lines: io.StringIO) -> None:
    application = Application()
    watch, _ = watching(application)
    ours, theirs = context_of("ours"), context_of("theirs")
    asked = [
        asyncio.create_task(ask(watch, "/first", ours)),
        asyncio.create_task(ask(watch, "/second", theirs)),
    ]
    await asyncio.sleep(0)
    application.answer.set()
    await asyncio.gather(*asked)
    structlog.get_logger("rustok.test").info("idle")

    *told, idle = map(json.loads, lines.getvalue().splitlines())
    assert sorted((line["event"], line["request_id"], line["tenant"]) for line in told) == sorted(
        (event, path, str(ctx.tenant.id))
        for event in ("before", "after")
        for path, ctx in (("first", ours), ("second", theirs))
    )
    by_request = {line["request_id"]: {line["trace_id"], line["span_id"]} for line in told}
    assert [len(ids) for ids in by_request.values()] == [2, 2]
    assert by_request["first"].isdisjoint(by_request["second"])
    assert not {"request_id", "tenant", "trace_id", "span_id"} & idle.keys()


async def test_a_request_that_raises_leaves_nothing_bound_and_is_counted(
    lines: io.StringIO,
) -> None:
    application = Application()
    application.answer.set()
    watch, metrics = watching(application)
    with pytest.raises(LookupError):
        await ask(watch, "/raises", context_of("ours"))
    structlog.get_logger("rustok.test").info("idle")

    assert "request_id" not in json.loads(lines.getvalue().splitlines()[-1])
    assert current_trace() == ""
    assert counted(metrics, route=NO_ROUTE, method="GET", status="none") == 1


TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(
    ("given", "goes_on"),
    [
        (f"00-{TRACE}-{SPAN}-01", True),
        (f"00-{TRACE}-{SPAN}-00", True),
        (f"01-{TRACE}-{SPAN}-01-more", True),
        (f"ff-{TRACE}-{SPAN}-01", False),
        (f"00-{'0' * 32}-{SPAN}-01", False),
        (f"00-{TRACE}-{'0' * 16}-01", False),
        (f"00-{TRACE.upper()}-{SPAN}-01", False),
        (f"00-{TRACE}-{SPAN}", False),
        ("", False),
        ("x" * 10_000, False),
    ],
)
async def test_a_caller_may_name_the_trace_and_nothing_else_is_believed(
    given: str, *, goes_on: bool
) -> None:
    application = Application()
    application.answer.set()
    watch, _ = watching(application)
    await ask(watch, "/traced", context_of("ours"), (b"traceparent", given.encode()))

    (trace,) = application.traces
    assert (trace[3:35] == TRACE) is goes_on
    assert len(trace) == 55
    assert SPAN not in trace


@pytest.mark.parametrize("asked_for", [False, True])
async def test_tenants_have_numbers_of_their_own_only_where_that_is_asked_for(
    *, asked_for: bool
) -> None:
    application = Application()
    application.answer.set()
    watch, metrics = watching(application, tenants=asked_for)
    ctx = context_of("ours")
    await ask(watch, "/any", ctx)

    sample = f'rustok_tenant_requests_total{{status="2xx",tenant="{ctx.tenant.id}"}} 1.0'
    assert (sample in metrics.text().decode()) is asked_for


async def status_of(client: httpx.AsyncClient, url: str, **headers: str) -> int:
    return (await client.get(url, headers=headers)).status_code


async def test_nobody_reads_the_numbers_on_a_shops_domain(host: Host, tenant: TenantRef) -> None:
    async with client_of(asgi(host), tenant) as client:
        assert await status_of(client, "/metrics") == 404
        assert await status_of(client, "http://shop.example/metrics") == 404
        assert await status_of(client, "http://127.0.0.1:8000/metrics") == 200
        assert await status_of(client, "http://localhost/metrics") == 200
        near = "http://127.0.0.1/metrics"
        assert await status_of(client, near, **{"x-forwarded-for": "203.0.113.9"}) == 404
        assert await status_of(client, near, **{"x-forwarded-host": "localhost"}) == 404
