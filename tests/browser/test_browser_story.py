"""A stranger's first minutes in the shop, in a real browser."""

import json
import re

import httpx
import pytest
from playwright.async_api import Browser, expect

from rustok.testing.live import LiveServer

pytestmark = pytest.mark.timeout(180)


async def test_a_stranger_searches_filters_and_finds_what_was_just_published(
    chromium: Browser, demo: LiveServer
) -> None:
    shop = demo.url.replace("127.0.0.1", "demo.localhost")
    other = demo.url.replace("127.0.0.1", "atelier.localhost")
    page = await chromium.new_page()
    await page.goto(f"{shop}/")
    await page.get_by_role("searchbox").first.fill("lampp")
    await page.get_by_role("searchbox").first.press("Enter")
    await page.wait_for_url(re.compile(r"/search\?q=lampp"))
    await expect(page.get_by_role("main")).to_contain_text("results for “lamp”")
    await page.locator("#available").check()
    await page.wait_for_url(re.compile(r"available=1"))

    position = await publish(demo, "Zephyr Kite")
    async with httpx.AsyncClient(base_url=demo.url) as client:
        seen = {"host": "demo.localhost", "rustok-after": position}
        assert (await client.get("/products/zephyr-kite", headers=seen)).status_code == 200
    await page.goto(f"{shop}/search?q=zephir")
    await page.get_by_role("main").get_by_role("link", name="Zephyr Kite").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Zephyr Kite")
    await page.goto(f"{other}/search?q=zephyr")
    await expect(page.get_by_role("main")).not_to_contain_text("Zephyr Kite")
    await page.close()


async def publish(demo: LiveServer, title: str) -> str:
    """A new product of the demo's administrator, for all to see; the position of the write."""
    users = json.loads((demo.home / "demo.json").read_text())["tenants"]
    base = f"{demo.tenant_url('demo')}/api/v1"
    async with httpx.AsyncClient() as client:
        signed_in = await client.post(f"{base}/auth/login", json=users["demo"]["admin"])
        headers = {"authorization": f"Bearer {signed_in.json()['accessToken']}"}
        given = {"title": title, "status": "active", "variants": [{"sku": title}]}
        made = await client.post(f"{base}/admin/products", json=given, headers=headers)
    assert made.status_code == 201, made.text
    return str(made.headers["rustok-position"])
