"""What search engines and other machines read is valid, complete and consistent."""

from xml.etree import ElementTree as ET

import httpx
import pytest

from tests.storefront import shelves
from tests.storefront.conftest import Look

pytestmark = pytest.mark.usefixtures("shop")
SPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


async def test_product_data_has_an_offer_for_each_variant(look: Look) -> None:
    page = await look("/products/tarn-mug")
    data = page.data()["Product"]
    assert data["name"] == "Tarn Mug"
    assert data["brand"] == {"@type": "Brand", "name": "Aldermoor"}
    assert data["category"] == "Tableware > Mugs"
    assert data["image"] == [
        "http://acme.localhost/static/demo/mug.svg",
        "https://images.example/mug.jpg",
    ]
    offers = {offer["sku"]: offer for offer in data["offers"]}
    assert offers["MUG-OAT-SMALL"]["price"] == "22.00"
    assert offers["MUG-OAT-SMALL"]["priceCurrency"] == "EUR"
    assert offers["MUG-OAT-SMALL"]["availability"].endswith("/InStock")
    assert offers["MUG-INK-LARGE"]["availability"].endswith("/OutOfStock")
    variant = offers["MUG-INK-LARGE"]["url"].removeprefix("http://acme.localhost")
    assert (await look(variant)).all("dd")[0].text == "MUG-INK-LARGE"


async def test_breadcrumbs_lead_from_the_front_page(look: Look) -> None:
    steps = (await look("/products/tarn-mug")).data()["BreadcrumbList"]["itemListElement"]
    assert [(step["position"], step["name"], step["item"]) for step in steps] == [
        (1, "Home", "http://acme.localhost/"),
        (2, "Tableware", "http://acme.localhost/categories/tableware"),
        (3, "Mugs", "http://acme.localhost/categories/mugs"),
        (4, "Tarn Mug", "http://acme.localhost/products/tarn-mug"),
    ]


async def test_front_page_says_who_it_is_and_how_to_search(look: Look) -> None:
    data = (await look("/de/")).data()
    assert data["Organization"]["url"] == "http://acme.localhost/"
    assert data["WebSite"]["inLanguage"] == "de"
    target = data["WebSite"]["potentialAction"]["target"]["urlTemplate"]
    found = await look(target.removeprefix("http://acme.localhost").format(search_term_string="a"))
    assert found.one("input", id="q").get("value") == "a"


async def test_shared_links_have_a_title_a_text_and_a_picture(look: Look) -> None:
    page = await look("/products/tarn-mug")
    shared = {m.get("property"): m.get("content") for m in page.all("meta") if m.get("property")}
    assert shared["og:type"] == "product"
    assert shared["og:title"] == "Tarn Mug · Acme"
    assert shared["og:description"] == "A generous mug"
    assert shared["og:url"] == page.canonical
    assert shared["og:image"] == "http://acme.localhost/static/demo/mug.svg"


async def test_sitemap_names_every_page_in_every_language(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/sitemap.xml")
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    urls = ET.fromstring(answer.text).findall("s:url", SPACES)
    named = {url.findtext("s:loc", "", SPACES): url for url in urls}
    assert len(named) == len(urls)
    # front page, collections, one of them, three categories, bowls only in English, and the mug
    translated = ("/", "/collections", "/collections/slow-mornings", "/products/tarn-mug")
    assert len(urls) == 2 * len(translated) + 2 * 2 + 1 + shelves.BOWLS
    for location, url in named.items():
        assert (await visitor.get(location)).status_code == 200, location
        others = {
            link.get("hreflang"): str(link.get("href")) for link in url.findall("x:link", SPACES)
        }
        for other in others.values():
            assert named[other].findall("x:link", SPACES) is not None
            assert location in {x.get("href") for x in named[other].findall("x:link", SPACES)}


async def test_robots_are_told_where_the_sitemap_is(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Sitemap: http://acme.localhost/sitemap.xml" in answer.text.splitlines()
    assert (await visitor.get("/de/robots.txt")).status_code == 404
