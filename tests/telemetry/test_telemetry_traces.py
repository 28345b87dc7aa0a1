"""One trace follows a request through its commit and the log to the projection, in any process."""

from contextlib import AsyncExitStack
from pathlib import Path

import httpx

from rustok.commerce.permissions import PRODUCT_CREATE, PRODUCT_PUBLISH, PRODUCT_READ
from rustok.core.context import Context
from rustok.testing.databases import TestDatabase
from rustok.testing.http import SignIn, bearer
from rustok.testing.live import LiveServer, serving
from tests.telemetry.collector import Collector, Span

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
SERVER, CONSUMER = 2, 5


async def create(server: LiveServer, ctx: Context, access: str, title: str, **headers: str) -> None:
    """Creates a product and reads its document."""
    async with httpx.AsyncClient(base_url=server.tenant_url(ctx.tenant.slug), timeout=30) as web:
        made = await web.post(
            "/api/v1/admin/products",
            json={"title": title, "status": "active", "variants": [{}]},
            headers=bearer(access) | headers,
        )
        assert made.status_code == 201, made.text
        read = await web.get(
            f"/api/v1/admin/products/{made.json()['id']}",
            headers=bearer(access) | {"rustok-after": made.json()["position"]},
        )
        assert read.status_code == 200, read.text


def one(spans: list[Span], name: str) -> Span:
    """The only span of the name."""
    found = [span for span in spans if span.name == name]
    assert len(found) == 1, (name, sorted(span.name for span in spans))
    return found[0]


async def test_a_request_is_followed_to_the_projection_of_another_process(
    database: TestDatabase,
    tmp_path: Path,
    collector: Collector,
    ctx: Context,
    token: SignIn,
) -> None:
    access = await token(ctx, PRODUCT_CREATE, PRODUCT_PUBLISH, PRODUCT_READ)
    also = collector.environment | {"RUSTOK_METRICS_PORT": "0"}
    async with AsyncExitStack() as stack:
        for kind in ("relay", "index"):
            await stack.enter_async_context(serving(database, tmp_path / kind, kind, also=also))
        server = await stack.enter_async_context(
            serving(database, tmp_path / "serve", "serve", also=collector.environment)
        )
        await create(server, ctx, access, "Mug", traceparent=f"00-{TRACE}-{CALLER}-00")

    spans = collector.of_trace(TRACE)
    request = one(spans, "POST /api/v1/admin/products")
    assert (request.parent, request.kind, request.process) == (CALLER, SERVER, "serve")
    assert request.attributes["http.response.status_code"] == 201
    assert request.attributes["rustok.tenant"] == str(ctx.tenant.id)
    for name in ("INSERT commerce_products", "INSERT sys_events", "COMMIT"):
        assert one(spans, name).parent == request.id
    handled = one(spans, "consume index.products")
    assert (handled.parent, handled.kind, handled.process) == (request.id, CONSUMER, "index")
    assert one(spans, "INSERT index_products").parent == handled.id
    assert {span.service for span in spans} == {"rustok"}


async def test_who_samples_nothing_sends_nothing_whatever_a_caller_says(
    database: TestDatabase,
    tmp_path: Path,
    collector: Collector,
    ctx: Context,
    token: SignIn,
) -> None:
    access = await token(ctx, PRODUCT_CREATE, PRODUCT_PUBLISH, PRODUCT_READ)
    also = collector.environment | {"OTEL_TRACES_SAMPLER": "parentbased_always_off"}
    async with serving(database, tmp_path / "home", also=also) as server:
        await create(server, ctx, access, "Mug", traceparent=f"00-{TRACE}-{CALLER}-01")

    assert collector.spans == []
    assert collector.points["rustok_http_request_seconds"]


async def test_numbers_are_sent_as_they_are_shown_with_the_headers_asked_for(
    database: TestDatabase, tmp_path: Path, collector: Collector, ctx: Context
) -> None:
    also = collector.environment | {
        "OTEL_SERVICE_NAME": "shop",
        "OTEL_TRACES_EXPORTER": "none",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-key=opensesame",
        "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
    }
    async with (
        serving(database, tmp_path / "home", also=also) as server,
        httpx.AsyncClient(base_url=server.tenant_url(ctx.tenant.slug)) as web,
    ):
        for _ in range(3):
            assert (await web.get("/api/v1/store/products")).status_code == 200

    assert collector.spans == []
    assert {headers["x-key"] for headers in collector.headers} == {"opensesame"}
    labels = {"route": "/api/v1/store/products", "method": "GET", "status": "2xx"}
    requests = collector.points["rustok_http_request_seconds"]
    assert [point.value for point in requests if point.labels == labels] == [3]
    commits = collector.points["rustok_db_commits"]
    assert {(point.kind, point.labels["role"]) for point in commits} == {
        ("sum", "runtime"),
        ("sum", "worker"),
    }
    consumers = {
        point.labels["consumer"] for point in collector.points["rustok_consumer_lag_events"]
    }
    assert "index.products" in consumers
