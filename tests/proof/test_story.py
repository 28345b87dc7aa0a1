"""The shop of a fresh clone, as a stranger would try it: searched, filled, and nobody else's."""

import json
from collections.abc import AsyncIterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from rustok.testing.databases import TestDatabase
from rustok.testing.live import LiveServer, serving

CREATE = """
mutation ($input: ProductCreateInput!) {
  productCreate(input: $input) { product { id handle } userErrors { code } position }
}
"""
PUBLISH = """
mutation ($id: ID!) {
  productPublish(id: $id) { product { status } userErrors { code } position }
}
"""
COUNT = """
query ($query: String) { products(query: $query) { totalCount nodes { title } } }
"""


class Visitor:
    """Somebody at one tenant's host, signed in or not."""

    def __init__(self, client: httpx.AsyncClient, slug: str, token: str | None = None) -> None:
        self._client = client
        self.slug = slug
        self.headers = {"host": f"{slug}.localhost"}
        if token is not None:
            self.headers["authorization"] = f"Bearer {token}"

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """A page or a REST resource."""
        return await self._client.get(path, headers={**self.headers, **headers})

    async def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """A REST or GraphQL request."""
        return await self._client.post(path, json=body, headers={**self.headers, **headers})

    async def graphql(self, operation: str, position: str = "0", **variables: Any) -> Any:
        """The data of an operation that sees the write of the position."""
        body = {"query": operation, "variables": variables}
        answer = (await self.post("/graphql", body, **{"rustok-after": position})).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def sign_in(self, credentials: dict[str, str]) -> "Visitor":
        """The same visitor with a token of the tenant."""
        answer = await self.post("/api/v1/auth/login", credentials)
        assert answer.status_code == 201, answer.text
        return Visitor(self._client, self.slug, answer.json()["accessToken"])


@pytest.fixture
async def server(database: TestDatabase, tmp_path: Path) -> AsyncIterator[LiveServer]:
    """`rustok run` on an empty database: it has filled it with the demo."""
    async with serving(database, tmp_path / "home", "run") as found:
        yield found


@pytest.fixture
async def client(server: LiveServer) -> AsyncIterator[httpx.AsyncClient]:
    """A client that names the tenant by the header Host."""
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as found:
        yield found


async def test_from_the_first_start_to_a_product_found_in_the_right_shop_only(
    server: LiveServer, client: httpx.AsyncClient
) -> None:
    users = json.loads((server.home / "demo.json").read_text())["tenants"]
    demo, atelier = Visitor(client, "demo"), Visitor(client, "atelier")
    await assert_two_shops(demo, atelier)
    await assert_search_with_typo_and_facet(demo)

    admin = await demo.sign_in(users["demo"]["admin"])
    customer = await demo.sign_in(users["demo"]["customer"])
    their_admin = await atelier.sign_in(users["atelier"]["admin"])
    refused = await customer.post("/api/v1/admin/products", {"title": "Not mine to make"})
    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")

    handle, position = await publish(admin, "Zephyr Kite", "ZK-1", "24.00")
    await assert_found(demo, handle, "Zephyr Kite", "zephir", position)
    await assert_unseen(atelier, handle, "Zephyr Kite")
    await assert_tokens_stay_at_home(admin, atelier)

    theirs, position = await publish(their_admin, "Kuckucksuhr", "KU-1", "89.00")
    await assert_found(atelier, theirs, "Kuckucksuhr", "kukucksuhr", position)
    await assert_unseen(demo, theirs, "Kuckucksuhr")
    await assert_tokens_stay_at_home(their_admin, demo)


async def assert_two_shops(demo: Visitor, atelier: Visitor) -> None:
    """Each host shows its own shop, in its own language and currency."""
    for shop, language, currency, other in (
        (demo, "en", "EUR", "atelier"),
        (atelier, "de", "CHF", "demo"),
    ):
        page = await shop.get("/")
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text
        assert f"{other}.localhost" not in page.text
        settings = (await shop.get("/api/v1/store/tenant")).json()
        assert (settings["defaultLocale"], settings["currency"]) == (language, currency)
        listed = (await shop.get("/api/v1/store/products")).json()["data"]
        assert {product["priceRange"]["min"]["currency"] for product in listed} == {currency}


async def assert_search_with_typo_and_facet(demo: Visitor) -> None:
    """A typo is forgiven and said; a facet narrows what is shown to what it counted."""
    page = await demo.get("/search?q=lampp")
    assert page.status_code == 200
    assert "lampp" in page.text
    answer = await demo.get("/api/v1/store/products?q=lampp&facets=true&total=true")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found.get("corrected") == "lamp", answer.text[-1500:]
    vendor = found["facets"]["vendor"][0]
    assert 0 < vendor["count"] < found["page"]["total"]
    query = {"q": "lampp", "vendor": vendor["value"]}
    narrowed = await demo.get(f"/api/v1/store/products?{urlencode({**query, 'total': 'true'})}")
    assert narrowed.json()["page"]["total"] == vendor["count"]
    titles = {product["title"] for product in narrowed.json()["data"]}
    others = {product["title"] for product in found["data"]} - titles
    page = await demo.get(f"/search?{urlencode(query)}")
    results = page.text.partition("<main")[2]
    assert all(escape(title) in results for title in titles)
    assert others
    assert not any(escape(title) in results for title in others)


async def publish(staff: Visitor, title: str, sku: str, amount: str) -> tuple[str, str]:
    """Creates a product and makes it active; its handle, and the position of that write."""
    variant = {"sku": sku, "prices": [{"amount": amount}], "stock": [{"quantity": 4}]}
    made = await staff.graphql(CREATE, input={"title": title, "variants": [variant]})
    assert made["productCreate"]["userErrors"] == []
    product = made["productCreate"]["product"]
    done = (await staff.graphql(PUBLISH, id=product["id"]))["productPublish"]
    assert done["product"] == {"status": "ACTIVE"}
    return product["handle"], done["position"]


async def assert_found(shop: Visitor, handle: str, title: str, typed: str, position: str) -> None:
    """By whoever carries the position, at once: searched with a typo, and as a page."""
    found = (await shop.graphql(COUNT, position, query=typed))["products"]
    assert [node["title"] for node in found["nodes"]] == [title]
    one = await shop.get(f"/api/v1/store/products/{handle}")
    assert one.json()["title"] == title
    page = await shop.get(f"/products/{handle}")
    assert (page.status_code, title in page.text) == (200, True)
    assert title in (await shop.get(f"/search?q={typed}")).text


async def assert_unseen(other: Visitor, handle: str, title: str) -> None:
    """By the other shop in no way."""
    found = (await other.graphql(COUNT, query=title))["products"]
    assert title not in [node["title"] for node in found["nodes"]]
    assert (await other.get(f"/api/v1/store/products/{handle}")).status_code == 404
    page = await other.get(f"/products/{handle}")
    assert (page.status_code, title in page.text) == (404, False)
    assert title not in (await other.get("/sitemap.xml")).text


async def assert_tokens_stay_at_home(staff: Visitor, other: Visitor) -> None:
    """A token of one tenant is refused by the other, wherever it is shown."""
    headers = {"authorization": staff.headers["authorization"]}
    for path in ("/api/v1/admin/products", "/api/v1/store/products", "/"):
        answer = await other.get(path, **headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "TOKEN_OTHER_TENANT"), path
    body = {"query": COUNT}
    answer = await other.post("/graphql", body, **headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "TOKEN_OTHER_TENANT")
