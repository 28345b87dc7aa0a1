"""Any text through any field: kept and returned as it was, or refused with a reason."""

from collections.abc import AsyncIterator, Awaitable, Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import pytest

from rustok.core.context import Context
from rustok.core.host import Host
from tests.api.callers import PASSWORD, Caller, administrator
from tests.proof.naughty import LONE_SURROGATES, STRINGS

TEXT = "THE TEXT"
Settle = Callable[[], Awaitable[None]]
Read = Callable[[Any], Any]


class Field(msgspec.Struct, frozen=True):
    """A place in a request for a text, and where the answer has it."""

    method: str
    path: str
    body: Any
    read: Read


def unread(_answer: Any) -> None:
    """The answer names the thing otherwise, or not at all."""


def product(read: Read, **given: Any) -> Field:
    """A field of a product that everyone sees."""
    body = {"title": "Lamp", "status": "active", **given}
    return Field("POST", "/admin/products", body, read)


def variant(read: Read, **given: Any) -> Field:
    """A field of a product's only variant."""
    return product(lambda answer: read(answer["variants"][0]), variants=[given])


def option(read: Read, name: str, value: str) -> Field:
    """A name or value of an option."""
    choice = {"name": name, "value": value}
    return product(
        read,
        options=[{"name": name, "values": [{"value": value}]}],
        variants=[{"options": [choice]}],
    )


def image(read: Read, **given: Any) -> Field:
    """A field of a product's only image."""
    return product(lambda answer: read(answer["images"][0]), images=[{"url": "/a.png", **given}])


def german(key: str) -> Field:
    """A text in the second language."""
    text = {"locale": "de", "title": "Lampe", key: TEXT}
    return product(lambda answer: of_locale(answer, "de")[key], translations=[text])


def of_locale(answer: Any, locale: str) -> Any:
    """The own texts of a product in a language."""
    return next(one for one in answer["staff"]["translations"] if one["locale"] == locale)


def group(kind: str, read: Read, **given: Any) -> Field:
    """A field of a category or collection."""
    return Field("POST", f"/admin/{kind}", {"title": "Group", **given}, read)


def shop(read: Read, **given: Any) -> Field:
    """A field of the tenant itself."""
    return Field("PATCH", "/admin/tenant", given, read)


FIELDS = {
    "title": product(lambda a: a["title"], title=TEXT),
    "subtitle": product(lambda a: a["subtitle"], subtitle=TEXT),
    "handle": product(lambda a: a["handle"], handle=TEXT),
    "vendor": product(lambda a: a["vendor"], vendor=TEXT),
    "type": product(lambda a: a["productType"], productType=TEXT),
    "tag": product(lambda a: a["tags"][0], tags=[TEXT]),
    "seo title": product(lambda a: a["seo"]["title"], seo={"title": TEXT}),
    "seo description": product(lambda a: a["seo"]["description"], seo={"description": TEXT}),
    "metadata": product(lambda a: a["metadata"]["k"], metadata={"k": TEXT}),
    "metadata key": product(lambda a: next(iter(a["metadata"])), metadata={TEXT: "v"}),
    "private": product(lambda a: a["staff"]["privateMetadata"]["k"], privateMetadata={"k": TEXT}),
    "category": product(lambda a: a["category"], category=TEXT),
    "german title": german("title"),
    "german subtitle": german("subtitle"),
    "german handle": german("handle"),
    "option name": option(lambda a: a["options"][0]["name"], TEXT, "Red"),
    "option value": option(lambda a: a["options"][0]["values"][0], "Colour", TEXT),
    "sku": variant(lambda v: v["sku"], sku=TEXT),
    "barcode": variant(lambda v: v["barcode"], barcode=TEXT),
    "currency": variant(lambda v: v["price"]["currency"], prices=[{"currency": TEXT, "minor": 1}]),
    "amount": variant(unread, prices=[{"amount": TEXT}]),
    "stock's location": variant(unread, stock=[{"quantity": 1, "location": TEXT}]),
    "image address": image(lambda i: i["url"], url=TEXT),
    "image text": image(lambda i: i["alt"], alt=TEXT),
    "category title": group("categories", lambda a: a["title"], title=TEXT),
    "category handle": group("categories", lambda a: a["handle"], handle=TEXT),
    "category seo": group("categories", lambda a: a["seo"]["title"], seo={"title": TEXT}),
    "category parent": group("categories", unread, parent=TEXT),
    "collection title": group("collections", lambda a: a["title"], title=TEXT),
    "collection handle": group("collections", lambda a: a["handle"], handle=TEXT),
    "collection product": group("collections", unread, products=[TEXT]),
    "location code": Field(
        "POST", "/admin/locations", {"code": TEXT, "name": "Cellar"}, lambda a: a["code"]
    ),
    "location name": Field(
        "PATCH", "/admin/locations/{location}", {"name": TEXT}, lambda a: a["name"]
    ),
    "tenant name": shop(lambda a: a["name"], name=TEXT),
    "tenant setting": shop(lambda a: a["settings"]["theme"]["x"], settings={"theme": {"x": TEXT}}),
    "tenant language": shop(lambda a: a["locales"][-1], locales=["en", "de", TEXT]),
    "tenant domain": shop(unread, domains=[TEXT]),
    "role name": Field(
        "POST", "/admin/roles", {"name": TEXT, "permissions": []}, lambda a: a["name"]
    ),
    "role summary": Field(
        "PATCH", "/admin/roles/packer", {"summary": TEXT}, lambda a: a["summary"]
    ),
    "role permission": Field(
        "PATCH", "/admin/roles/packer", {"permissions": [TEXT]}, lambda a: a["permissions"][0]
    ),
    "user email": Field(
        "POST",
        "/admin/users",
        {"email": TEXT, "password": PASSWORD, "name": "Ada"},
        lambda a: a["email"],
    ),
    "user role": Field(
        "PUT", "/admin/users/{user}/roles", {"roles": [TEXT]}, lambda a: a["roles"][0]
    ),
    "sign-in": Field("POST", "/auth/login", {"email": TEXT, "password": TEXT}, unread),
    "refresh": Field("POST", "/auth/refresh", {"refreshToken": TEXT}, unread),
}


def filled(template: Any, text: str) -> Any:
    """The template with the text wherever it belongs, in keys too."""
    if isinstance(template, dict):
        return {filled(key, text): filled(value, text) for key, value in template.items()}
    if isinstance(template, list):
        return [filled(item, text) for item in template]
    return text if template == TEXT else template


@pytest.fixture
async def admin(client: httpx.AsyncClient, host: Host, ctx: Context) -> Caller:
    """The tenant's administrator."""
    return await administrator(client, host, ctx)


@pytest.fixture
async def known(admin: Caller) -> dict[str, str]:
    """Ids of a location and of a user; a role is called packer."""
    location = await admin.rest("POST", "/admin/locations", {"code": "a", "name": "Cellar"})
    user = {"email": "ada@example.org", "password": PASSWORD, "name": "Ada"}
    role = await admin.rest("POST", "/admin/roles", {"name": "packer", "permissions": []})
    assert role.is_success
    made = await admin.rest("POST", "/admin/users", user)
    return {"location": location.json()["id"], "user": made.json()["id"]}


def assert_refused(answer: httpx.Response, why: str) -> None:
    """With a status of the caller's own fault and a code."""
    assert 400 <= answer.status_code < 500, (why, answer.text)
    assert answer.headers["content-type"] == "application/problem+json", why
    assert answer.json()["code"].isupper(), why


async def test_a_text_in_any_field_is_kept_as_it_is_or_refused(
    admin: Caller, known: dict[str, str], settle: Settle
) -> None:
    shown: dict[str, tuple[Read, str]] = {}
    for name, field in FIELDS.items():
        for why, text in STRINGS.items():
            body = filled(field.body, text)
            answer = await admin.rest(field.method, field.path.format(**known), body)
            if not answer.is_success:
                assert_refused(answer, f"{name}: {why}")
                continue
            found = field.read(answer.json())
            assert found in (None, text), (name, why)
            if field.path == "/admin/products":
                shown[answer.json()["id"]] = field.read, text
    await settle()
    assert len(shown) > 500
    for one in [item async for item in listed(admin, "/admin/products")]:
        read, text = shown.pop(one["id"], (lambda _: None, ""))
        assert read(one) in (None, text)
    assert shown == {}


async def listed(caller: Caller, path: str) -> AsyncIterator[Any]:
    """Everything of a list, page by page."""
    after = ""
    while after is not None:
        start = f"&after={after}" if after else ""
        page = (await caller.rest("GET", f"{path}?limit=100{start}")).json()
        for item in page["data"]:
            yield item
        after = page["page"]["next"]


CREATE = """
mutation ($product: ProductCreateInput!, $category: CategoryCreateInput!, $name: String!) {
  productCreate(input: $product) { product { title vendor } userErrors { code } }
  categoryCreate(input: $category) { category { title } userErrors { code } }
  tenantUpdate(input: { name: $name }) { tenant { name } userErrors { code } }
}
"""


async def test_graphql_keeps_or_refuses_the_same(admin: Caller) -> None:
    for why, text in STRINGS.items():
        product = {"title": text, "vendor": text}
        variables = {"product": product, "category": {"title": text}, "name": text}
        answer = await admin.raw(CREATE, variables)
        assert answer.status_code == 200, (why, answer.text)
        for name, payload in answer.json()["data"].items():
            (thing,) = (value for key, value in payload.items() if key != "userErrors")
            if thing is None:
                assert payload["userErrors"], (why, name)
            else:
                assert set(thing.values()) == {text}, (why, name)


@pytest.mark.parametrize("text", LONE_SURROGATES)
async def test_half_a_character_is_refused(
    client: httpx.AsyncClient, admin: Caller, text: str
) -> None:
    for path, body in (
        ("/api/v1/admin/products", f'{{"title": {text}}}'),
        ("/api/v1/auth/login", f'{{"email": {text}, "password": {text}}}'),
        ("/graphql", f'{{"query": "{{ version }}", "variables": {{"a": {text}}}}}'),
        ("/graphql", f'{{"query": {text}}}'),
    ):
        headers = {**admin.headers, "content-type": "application/json"}
        answer = await client.post(path, content=body, headers=headers)
        assert 400 <= answer.status_code < 500, (path, answer.text)


class Markup(HTMLParser):
    """Collects what could run in a browser."""

    def __init__(self) -> None:
        super().__init__()
        self.dangers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Elements and attributes that run something."""
        if tag in {"script", "svg", "iframe", "object", "embed", "style", "form", "base"}:
            self.dangers.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.dangers.append(f"{tag} {name}")


async def test_rich_text_never_holds_what_would_run(admin: Caller) -> None:
    for why, text in STRINGS.items():
        html = f'<p>{text}</p><a href="{text}">a</a>'
        given = {"title": "Lamp", "descriptionHtml": html}
        answer = await admin.rest("POST", "/admin/products", given)
        if not answer.is_success:
            assert_refused(answer, why)
            continue
        markup = Markup()
        markup.feed(answer.json()["descriptionHtml"])
        assert markup.dangers == [], why


ASKED = (
    "/api/v1/store/products?q={}",
    "/api/v1/store/products?vendor={}&tag={}&category={}&collection={}&option={}:{}",
    "/api/v1/store/products?after={}",
    "/api/v1/store/products?sort={}&limit={}&priceMin={}",
    "/api/v1/store/products/{}",
    "/api/v1/store/categories/{}",
    "/api/v1/store/collections/{}/products",
    "/api/v1/store/tenant?locale={}",
    "/api/v1/admin/products?status={}",
    "/api/v1/admin/users?email={}&after={}",
    "/api/v1/admin/users/{}",
    "/api/v1/{}",
    "/graphql?query={}",
    "/search?q={}&vendor={}&sort={}&page={}",
    "/products/{}",
    "/categories/{}",
    "/{}",
)
HEADERS = (
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "cookie",
    "if-match",
    "if-none-match",
    "idempotency-key",
    "rustok-after",
    "x-forwarded-for",
    "x-request-id",
    "x-tenant-id",
)


async def test_nothing_that_is_asked_for_breaks_the_server(
    client: httpx.AsyncClient, admin: Caller
) -> None:
    for why, text in STRINGS.items():
        value = quote(text[:2_000], safe="")
        for path in ASKED:
            answer = await client.get(path.replace("{}", value), headers=admin.headers)
            assert answer.status_code < 500, (why, path)
            assert "alert(1)>" not in answer.text or "json" in answer.headers["content-type"], why


async def test_no_header_breaks_the_server(client: httpx.AsyncClient, admin: Caller) -> None:
    for why, text in STRINGS.items():
        value = text[:2_000].encode().replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
        for name in HEADERS:
            headers = {key.encode(): held.encode() for key, held in admin.headers.items()}
            sent: Any = {**headers, name.encode(): value}
            answer = await client.patch("/api/v1/admin/tenant", content=b"{}", headers=sent)
            assert answer.status_code < 500, (why, name, answer.text)
