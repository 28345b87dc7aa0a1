"""The shop in a real browser: accessible, quiet, steady, with scripts and without."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from rustok.testing.live import LiveServer

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SIZES = ((390, 844), (1280, 800))
PAGES = {
    "demo": (
        "/",
        "/categories/tableware",
        "/collections",
        "/collections/slow-mornings",
        "/search?q=lamp",
        "/search?q=nothingatall&vendor=nobody",
        "/products/tarn-stoneware-mug",
        "/nothing-here",
    ),
    "atelier": ("/", "/en/", "/en/products/linocut-foehn-day", "/categories/drucke"),
}
MUG = "/products/tarn-stoneware-mug"
UNSTEADY = """() => new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
    }).observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
})"""

pytestmark = pytest.mark.timeout(300)


class Visit:
    """A page of a tenant, with all that the browser complained of."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._home = home
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def go(self, path: str) -> None:
        """Opens the path of the tenant's shop."""
        await self.page.goto(f"{self._home}{path}", wait_until="load")

    def path(self) -> str:
        """Where the page is now."""
        found = urlsplit(self.page.url)
        return found.path + (f"?{found.query}" if found.query else "")

    def _heard(self, message: ConsoleMessage) -> None:
        expected = "404" in message.text and urlsplit(self.page.url).path == "/nothing-here"
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(message.text)


@asynccontextmanager
async def visiting(
    chromium: Browser,
    demo: LiveServer,
    tenant: str = "demo",
    size: tuple[int, int] = (1280, 800),
    **options: Any,
) -> AsyncIterator[Visit]:
    """A new visitor of a tenant's shop; what the browser complains of fails the test."""
    context = await chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", **options
    )
    context.set_default_timeout(15_000)
    port = urlsplit(demo.url).port
    visit = Visit(await context.new_page(), f"http://{tenant}.localhost:{port}")
    yield visit
    await context.close()
    assert visit.complaints == []


@pytest.mark.parametrize(("scheme", "size"), [*product(SCHEMES, SIZES)])
async def test_pages_are_accessible_and_fit(
    chromium: Browser, demo: LiveServer, scheme: Scheme, size: tuple[int, int]
) -> None:
    axe = Axe()
    for tenant, paths in PAGES.items():
        async with visiting(chromium, demo, tenant, size, color_scheme=scheme) as visit:
            for path in paths:
                await visit.go(path)
                found = [
                    (item["id"], item["nodes"][0]["html"], item["nodes"][0]["failureSummary"])
                    for item in (await axe.run(visit.page)).response["violations"]
                    if item["impact"] in ("serious", "critical")
                ]
                assert found == [], (tenant, path)
                too_wide = "document.documentElement.scrollWidth > innerWidth"
                assert not await visit.page.evaluate(too_wide), (tenant, path)


@pytest.mark.parametrize("size", SIZES)
async def test_pages_stand_still_while_they_load(
    chromium: Browser, demo: LiveServer, size: tuple[int, int]
) -> None:
    async with visiting(chromium, demo, "demo", size) as visit:
        for path in ("/", "/categories/tableware", MUG):
            await visit.go(path)
            assert await visit.page.evaluate(UNSTEADY) < 0.05, path


async def test_a_typo_finds_the_lamp_and_facets_narrow_it(
    chromium: Browser, demo: LiveServer
) -> None:
    async with visiting(chromium, demo) as visit:
        await visit.go("/")
        page = visit.page
        await page.get_by_role("searchbox").fill("stonewear")
        await page.get_by_role("searchbox").press("Enter")
        await page.wait_for_url("**/search?q=stonewear")
        everything = await page.locator(".card").count()
        assert everything > 1
        await page.evaluate("window.stays = true")
        await page.locator("summary", has_text="Maker").click()
        await page.locator('input[name="vendor"]').first.check()
        await page.wait_for_url("**vendor=**")
        await expect(page.locator(".active li").first).to_be_visible()
        await expect(page.locator('input[name="vendor"]').first).to_be_visible()
        assert "min=" not in visit.path()
        assert 0 < await page.locator(".card").count() < everything
        assert await page.evaluate("window.stays"), "the page was loaded anew"
        await page.get_by_role("link", name="Clear all").click()
        await expect(page.locator(".card")).to_have_count(everything)


async def test_load_more_adds_to_the_list(chromium: Browser, demo: LiveServer) -> None:
    async with visiting(chromium, demo) as visit:
        await visit.go("/search?sort=title")
        first = await visit.page.locator(".card").count()
        await visit.page.get_by_role("link", name="Load more").click()
        await expect(visit.page.locator(".card")).to_have_count(2 * first)
        titles = await visit.page.locator(".card h3").all_inner_texts()
        assert len(set(titles)) == len(titles)
        assert titles == sorted(titles, key=str.casefold)


async def test_a_variant_is_chosen_without_loading_the_page_anew(
    chromium: Browser, demo: LiveServer
) -> None:
    async with visiting(chromium, demo) as visit:
        await visit.go(MUG)
        await visit.page.evaluate("window.stays = true")
        await visit.page.get_by_role("link", name="350 ml").click()
        await expect(visit.page.locator(".price.large")).to_contain_text("26.00")
        assert "variant=" in visit.path()
        assert await visit.page.evaluate("window.stays"), "the page was loaded anew"
        await visit.page.go_back()
        await expect(visit.page.locator(".price.large")).to_contain_text("22.00")


async def test_everything_works_without_scripts(chromium: Browser, demo: LiveServer) -> None:
    async with visiting(chromium, demo, java_script_enabled=False) as visit:
        page = visit.page
        await visit.go(MUG)
        await page.get_by_role("link", name="350 ml").click()
        await expect(page.locator(".price.large")).to_contain_text("26.00")
        await visit.go("/categories/tableware")
        await page.locator('input[name="available"]').check()
        await page.get_by_role("button", name="Apply filters").click()
        await page.wait_for_url("**available=1**")
        await page.get_by_label("Sort by").select_option("price-asc")
        await page.get_by_role("button", name="Sort", exact=True).click()
        await page.wait_for_url("**sort=price-asc**")
        await visit.go("/search")
        await page.get_by_role("link", name="Load more").click()
        await page.wait_for_url("**after=**")
        await expect(page.get_by_role("link", name="Back to the first page")).to_be_visible()


async def test_phones_have_a_menu_and_a_drawer_of_filters(
    chromium: Browser, demo: LiveServer
) -> None:
    async with visiting(chromium, demo, "demo", (390, 844)) as visit:
        page = visit.page
        await visit.go("/search")
        assert not await page.locator('input[name="available"]').is_visible()
        await page.locator("#filters > summary").click()
        await page.locator('input[name="available"]').check()
        await page.wait_for_url("**available=1**")
        await expect(page.locator('input[name="available"]')).to_be_visible()
        await page.locator(".drawer > summary").click()
        await page.locator(".drawer").get_by_role("link", name="Lighting").click()
        await page.wait_for_url("**/categories/lighting")


async def test_the_keyboard_reaches_the_content_first(chromium: Browser, demo: LiveServer) -> None:
    async with visiting(chromium, demo) as visit:
        await visit.go("/categories/tableware")
        await visit.page.keyboard.press("Tab")
        skip = visit.page.get_by_role("link", name="Skip to content")
        await expect(skip).to_be_focused()
        await expect(skip).to_be_in_viewport()
        await visit.page.keyboard.press("Enter")
        await expect(visit.page.locator("main")).to_be_focused()


async def test_the_other_language_is_one_click_away(chromium: Browser, demo: LiveServer) -> None:
    async with visiting(chromium, demo, "atelier") as visit:
        await visit.go("/en/products/linocut-foehn-day")
        await expect(visit.page.locator("html")).to_have_attribute("lang", "en")
        await visit.page.get_by_role("link", name="Deutsch").click()
        await visit.page.wait_for_url("**/products/linoldruck-foehntag")
        await expect(visit.page.locator("html")).to_have_attribute("lang", "de")
        await expect(visit.page.locator(".price.large")).to_contain_text("65,00")
