"""GraphiQL in a real browser that reaches nothing but the server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, Route, expect

from rustok.testing.live import LiveServer
from tests.browser.test_browser_story import publish

pytestmark = pytest.mark.timeout(180)
Scheme = Literal["light", "dark"]


@asynccontextmanager
async def graphiql(
    chromium: Browser, url: str, size: tuple[int, int], scheme: Scheme
) -> AsyncIterator[Page]:
    """GraphiQL opened at the URL; what the browser complains of or asks elsewhere fails."""
    width, height = size
    context = await chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme
    )
    context.set_default_timeout(15_000)
    page = await context.new_page()
    complaints: list[str] = []
    origin = urlsplit(url).netloc

    async def only_here(route: Route) -> None:
        if urlsplit(route.request.url).netloc != origin:
            complaints.append(f"asked {route.request.url}")
            await route.abort()
        else:
            await route.continue_()

    await context.route("http*://**", only_here)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(url)
    yield page
    await context.close()
    assert complaints == []


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", (1280, 800)), ("dark", (390, 844))], ids=["desktop", "phone"]
)
async def test_an_operation_is_written_and_run(
    chromium: Browser, demo: LiveServer, scheme: Scheme, size: tuple[int, int]
) -> None:
    async with graphiql(chromium, f"{demo.tenant_url('demo')}/graphql", size, scheme) as page:
        await page.get_by_role("button", name="Execute query").click()
        answer = page.get_by_role("region", name="Result Window")
        await expect(answer).to_contain_text("Lumen & Loam")
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        for part in (answer, page.get_by_role("button", name="Execute query")):
            await expect(part).to_be_in_viewport(ratio=0.9)


async def test_the_schema_is_shown_and_headers_are_sent(
    chromium: Browser, demo: LiveServer
) -> None:
    url = demo.url.replace("127.0.0.1", "demo.localhost")
    query = "{tenant{name}}"
    async with graphiql(chromium, f"{url}/graphql?query={query}", (1280, 800), "light") as page:
        await page.get_by_role("button", name="Show Documentation Explorer").click()
        await expect(page.get_by_role("link", name="ProductConnection")).to_be_visible()
        headers = page.get_by_role("region", name="Headers").get_by_role("textbox")
        await headers.fill('{"X-Request-Id": "from-graphiql"}')
        async with page.expect_request(lambda request: request.method == "POST") as sent:
            await page.get_by_role("button", name="Execute query").click()
        request = await sent.value
        assert request.headers["x-request-id"] == "from-graphiql"
        assert (request.post_data_json or {})["query"] == query


async def test_a_subscription_is_told_of_changes(chromium: Browser, demo: LiveServer) -> None:
    url = f"{demo.tenant_url('demo')}/graphql?query=subscription{{productChanged{{__typename}}}}"
    async with graphiql(chromium, url, (1280, 800), "light") as page:
        answer = page.get_by_role("region", name="Result Window")
        async with page.expect_websocket() as opened:
            await page.get_by_role("button", name="Execute query").click()
        assert (await opened.value).url.endswith("/t/demo/graphql")
        for number in range(5):  # the first may be there before the server listens
            await publish(demo, f"Kite {uuid4().hex[:8]} {number}")
            try:
                await expect(answer).to_contain_text("ProductChange", timeout=2_000)
            except AssertionError:
                continue
            break
        await expect(answer).to_contain_text("ProductChange")
