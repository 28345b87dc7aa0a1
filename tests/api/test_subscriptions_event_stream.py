"""Server-sent events: what graphql-sse calls distinct connections."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest

from rustok.auth.service import AuthService
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import ProductUpdate
from rustok.commerce.permissions import PRODUCT_READ
from rustok.core.context import Context, TenantRef
from rustok.core.identity import Authenticator
from rustok.testing.databases import TestDatabase
from rustok.testing.http import SignIn, bearer
from tests.api.subscribers import CHANGED, Stage, make_product, serving_here, until

ACCEPT = {"accept": "text/event-stream"}


class Stream:
    """An open event stream; comments count, events are told."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.comments = 0
        self._lines = response.aiter_lines()

    async def event(self) -> tuple[str, Any]:
        """The name and data of the next event; an empty name at the stream's end."""
        name, data = "", None
        async with asyncio.timeout(10):
            async for line in self._lines:
                if line.startswith(":"):
                    self.comments += 1
                elif line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data:"):
                    text = line.removeprefix("data:").strip()
                    data = json.loads(text) if text else None
                elif name:
                    return name, data
        return name, data


@asynccontextmanager
async def streamed(
    stage: Stage,
    tenant: TenantRef,
    query: str,
    *,
    method: str = "POST",
    token: str | None = None,
    **headers: str,
) -> AsyncIterator[Stream]:
    url = f"http://{stage.at}/t/{tenant.slug}/graphql"
    given: dict[str, Any] = (
        {"json": {"query": query}} if method == "POST" else {"params": {"query": query}}
    )
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        httpx.AsyncClient() as client,
        client.stream(method, url, headers=ACCEPT | bearer(token) | named, **given) as response,
    ):
        yield Stream(response)


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_query_is_one_event_and_a_subscription_many(
    database: TestDatabase, tenant: TenantRef, ctx: Context, token: SignIn, method: str
) -> None:
    staff = await token(ctx, PRODUCT_READ)
    async with serving_here(database) as stage:
        async with streamed(stage, tenant, "{ version }", method=method) as stream:
            assert stream.response.status_code == 200
            assert stream.response.headers["content-type"] == "text/event-stream"
            assert stream.response.headers["cache-control"] == "no-store"
            name, data = await stream.event()
            assert (name, data["data"]) == ("next", {"version": "0.1.0"})
            assert await stream.event() == ("complete", None)
            assert await stream.event() == ("", None)
        async with streamed(stage, tenant, CHANGED, method=method, token=staff) as stream:
            await until(lambda: stage.feed.listeners == 1)
            for title in ("Lamp", "Lantern"):
                key = (await make_product(stage.host, ctx, title)).product.id
                name, data = await stream.event()
                assert (name, data["data"]["productChanged"]["productId"]) == ("next", key)
        await stage.is_empty()


async def test_what_cannot_run_is_told_as_an_event_and_ends_the_stream(
    database: TestDatabase, tenant: TenantRef
) -> None:
    async with serving_here(database) as stage:
        change = 'mutation { productDelete(id: "1") { userErrors { code } } }'
        for query, method, code in (
            ("{ nothing }", "POST", "GRAPHQL_VALIDATION_FAILED"),
            ("subscription { productChanged { event } }", "POST", "UNAUTHENTICATED"),
            (change, "GET", "METHOD_NOT_ALLOWED"),
        ):
            async with streamed(stage, tenant, query, method=method) as stream:
                name, data = await stream.event()
                assert (name, data["errors"][0]["extensions"]["code"]) == ("next", code)
                assert await stream.event() == ("complete", None)


async def test_what_is_no_request_is_answered_without_a_stream(
    database: TestDatabase, tenant: TenantRef
) -> None:
    async with serving_here(database, connections_per_tenant=1) as stage:
        url = f"http://{stage.at}/t/{tenant.slug}/graphql"
        asked = {"query": CHANGED}
        requests: list[tuple[dict[str, Any], int]] = [
            ({"json": [asked]}, 400),
            ({"json": {}}, 400),
            ({"content": "query=x", "headers": {"content-type": "text/plain"}}, 415),
            ({"json": asked, "headers": {"origin": "https://evil.example"}}, 403),
            ({"json": asked, "headers": {"idempotency-key": "a" * 16}}, 400),
            ({"json": asked, "headers": {"accept": "text/event-stream, application/json"}}, 200),
        ]
        async with httpx.AsyncClient(headers=ACCEPT) as client:
            for request, status in requests:
                response = await client.post(url, **request)
                assert response.status_code == status, response.text
                assert "json" in response.headers["content-type"]
            assert response.json()["errors"][0]["extensions"]["code"] == "SUBSCRIPTION_NEEDS_STREAM"
            async with streamed(stage, tenant, CHANGED):
                await until(lambda: stage.feed.listeners == 1)
                refused = await client.post(url, json=asked)
                assert (refused.status_code, refused.json()["code"]) == (
                    429,
                    "TOO_MANY_CONNECTIONS",
                )


async def test_comments_keep_it_alive_and_a_client_that_goes_leaves_nothing(
    database: TestDatabase, tenant: TenantRef
) -> None:
    async with serving_here(database, heartbeat_seconds=0.1) as stage:
        async with streamed(stage, tenant, CHANGED) as stream:
            await until(lambda: stage.feed.listeners == 1)
            lines = stream.response.aiter_lines()
            async with asyncio.timeout(10):
                seen = [await anext(lines) for _ in range(8)]
            assert seen == [":", ""] * 4
        await stage.is_empty()


async def test_it_ends_when_its_session_does(
    database: TestDatabase, tenant: TenantRef, ctx: Context, token: SignIn
) -> None:
    access = await token(ctx, PRODUCT_READ)
    async with serving_here(database, check_seconds=0.5) as stage:
        async with streamed(stage, tenant, CHANGED, token=access) as stream:
            await until(lambda: stage.feed.listeners == 1)
            actor = await stage.host.get(Authenticator).authenticate(tenant, access)
            await stage.host.get(AuthService).logout(msgspec.structs.replace(ctx, actor=actor))
            ended_at = asyncio.get_running_loop().time()
            name, data = await stream.event()
            assert (name, data["errors"][0]["extensions"]["code"]) == ("next", "SESSION_ENDED")
            assert await stream.event() == ("complete", None)
            assert asyncio.get_running_loop().time() - ended_at < 2
        await stage.is_empty()


async def test_a_stream_that_nobody_reads_is_cut(
    database: TestDatabase, tenant: TenantRef, ctx: Context
) -> None:
    text = "<p>" + "x" * 60_000 + "</p>"
    query = "subscription { productChanged { product { " + aliases("descriptionHtml", 15) + " } } }"
    async with serving_here(database, send_seconds=0.3) as stage:
        products = stage.host.get(ProductService)
        made = await make_product(stage.host, ctx, description=text)
        await products.publish(ctx, made.product.id)
        await stage.settle()
        async with streamed(stage, tenant, query):
            await until(lambda: stage.feed.listeners == 1)
            changing = asyncio.create_task(change_on(products, ctx, made.product.id))
            await stage.is_empty()
            changing.cancel()


def aliases(field: str, count: int) -> str:
    """The same field many times, each under a name of its own."""
    return " ".join(f"a{number}: {field}" for number in range(count))


async def change_on(products: ProductService, ctx: Context, key: str) -> None:
    for number in range(1_000):
        await products.update(ctx, key, ProductUpdate(title=f"Lamp {number}"))
