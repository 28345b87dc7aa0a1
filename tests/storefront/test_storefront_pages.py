"""Every kind of page shows what it is for, and what is not there is a page that says so."""

import httpx
import pytest

from rustok.commerce.catalog.service import ProductService
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantUpdate
from tests.storefront.conftest import Look, Settle
from tests.storefront.markup import Markup

pytestmark = pytest.mark.usefixtures("shop")
MISSING = (
    "/nothing",
    "/products/none",
    "/categories/none",
    "/collections/none",
    "/a/b/c",
    "/de/none",
)


async def test_front_page_shows_what_is_new_and_where_to_go(look: Look) -> None:
    page = await look("/")
    assert page.one("h1").text == "Acme"
    assert page.classed("card")[0].text.startswith("Sale Tarn Mug")
    assert len(page.classed("card")) == 8
    assert {"/collections/slow-mornings", "/categories/tableware"} <= set(page.links())


async def test_front_page_speaks_the_tenants_own_words(
    host: Host, ctx: Context, look: Look
) -> None:
    theme = {
        "tagline": {"en": "Things & more"},
        "about": {"en": "<p>We <b>make</b> things.</p>"},
        "accent": "#123456",
        "hero": {"url": "/static/demo/hero.svg", "alt": {"en": "A room"}},
    }
    await host.get(TenantService).update(ctx, TenantUpdate(settings={"storefront": theme}))
    page = await look("/")
    assert page.one("h1").text == "Things & more"
    assert page.one("title").text == "Things & more · Acme"
    assert page.one("meta", name="description").get("content") == "We make things."
    assert page.one("img", alt="A room").get("src") == "/static/demo/hero.svg"
    assert "--l-accent:#123456" in page.one("style").text


async def test_category_lists_the_products_of_its_whole_branch(look: Look) -> None:
    page = await look("/categories/tableware")
    assert page.one("h1").text == "Tableware"
    assert page.classed("count")[0].text == "31 products"
    assert {"/categories/mugs", "/categories/bowls"} <= set(page.links())
    below = await look("/categories/mugs")
    assert below.classed("count")[0].text == "1 product"
    assert [step.text for step in below.classed("trail")] == ["Home Tableware"]


async def test_collection_lists_what_is_in_it(look: Look) -> None:
    page = await look("/collections/slow-mornings")
    assert page.one("h1").text == "Slow mornings"
    assert [card.text.split(" Aldermoor")[0] for card in page.classed("card")] == ["Sale Tarn Mug"]
    listed = await look("/collections")
    assert "/collections/slow-mornings" in listed.links()


async def test_product_page_shows_everything_about_the_product(look: Look) -> None:
    page = await look("/products/tarn-mug")
    assert page.one("h1").text == "Tarn Mug"
    text = page.one("main").text
    for part in ("Aldermoor", "A generous mug", "€22.00", "€29.00", "In stock", "MUG-OAT-SMALL"):
        assert part in text
    for part in ("340 g", "Thrown by hand .", "Care advice", "dishwasher safe", "Slow mornings"):
        assert part.replace(" .", ".") in text
    assert page.one("img", alt="A mug").attributes | {"width": "1200", "height": "1500"} == (
        page.one("img", alt="A mug").attributes
    )
    assert len(page.classed("card")) == 4


async def test_products_nobody_may_see_are_not_there(
    host: Host, ctx: Context, visitor: httpx.AsyncClient, settle: Settle
) -> None:
    product = (await visitor.get("/products/tarn-mug")).status_code
    assert product == 200
    found = await host.get(ProductService).unpublish(ctx, await _mug_id(visitor))
    assert found.product.status == "draft"
    await settle()
    assert (await visitor.get("/products/tarn-mug")).status_code == 404


async def _mug_id(visitor: httpx.AsyncClient) -> str:
    page = Markup((await visitor.get("/products/tarn-mug")).text)
    return str(page.data()["Product"]["productID"])


async def test_what_is_not_there_is_a_page_that_says_so(visitor: httpx.AsyncClient) -> None:
    for path in MISSING:
        answer = await visitor.get(path)
        page = Markup(answer.text)
        assert answer.status_code == 404, path
        assert answer.headers["cache-control"] == "no-store"
        assert page.canonical is None
        assert page.one("meta", name="robots").get("content") == "noindex, follow"
        assert "404" in page.one("main").text
        assert any(link.endswith("/search") for link in page.links())


async def test_a_cursor_of_another_list_is_a_page_too(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/search?after=nonsense")
    assert answer.status_code == 400
    assert Markup(answer.text).one("h1").text == "This address does not work"


async def test_unknown_paths_of_the_api_stay_problem_details(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/v1/store/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_tenant_without_a_shop_has_a_front_page_only(
    host: Host, ctx: Context, visitor: httpx.AsyncClient
) -> None:
    for module in (*host.modules.dependents("commerce"), "commerce"):
        await host.get(TenantService).disable_module(ctx, module)
    assert (await visitor.get("/")).status_code == 200
    for path in ("/search", "/products/tarn-mug", "/categories/tableware"):
        assert (await visitor.get(path)).status_code == 404


async def test_pages_say_what_browsers_may_load(visitor: httpx.AsyncClient) -> None:
    headers = (await visitor.get("/")).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
