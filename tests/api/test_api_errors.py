"""Bad requests get problem documents with stable codes, and change nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from litestar.exceptions import InternalServerException
from structlog.testing import capture_logs

from rustok.app.asgi import asgi
from rustok.app.web.failures import from_http
from rustok.core.host import Host
from rustok.outbox.service import EventLog
from tests.api.callers import Caller, Leaving

PRODUCTS = "/api/v1/admin/products"
JSON = {"content-type": "application/json"}
DEEP = b"[" * 100_000
ADMIN_PATHS = (PRODUCTS, "/api/v1/admin/users", "/api/v1/admin/tenant")


def problem(answer: httpx.Response) -> tuple[int, str]:
    """The status and code of a whole problem document."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["requestId"] == answer.headers["x-request-id"]
    assert document["title"]
    assert document["detail"]
    assert document["type"].endswith(document["code"].lower().replace("_", "-"))
    return answer.status_code, document["code"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "VALIDATION_FAILED"),
        (b"null", 422, "VALIDATION_FAILED"),
        (b"{", 400, "BAD_REQUEST"),
        (b'{"title": "a"} x', 400, "BAD_REQUEST"),
        (b"{'title': 'a'}", 400, "BAD_REQUEST"),
        (b'{"title": NaN}', 400, "BAD_REQUEST"),
        (b'{"title": "\xff"}', 400, "BAD_REQUEST"),
        (b'{"title": "\n"}', 400, "BAD_REQUEST"),
        (DEEP, 422, "VALIDATION_FAILED"),
        (b'{"unknown": ' + DEEP, 422, "VALIDATION_FAILED"),
        (b'{"metadata": ' + DEEP, 422, "VALIDATION_FAILED"),
        (b'{"title": 1}', 422, "VALIDATION_FAILED"),
        (b'{"title": null}', 422, "VALIDATION_FAILED"),
        (b'{"title": ["a"]}', 422, "VALIDATION_FAILED"),
        (b'"title"', 422, "VALIDATION_FAILED"),
        (b"[]", 422, "VALIDATION_FAILED"),
        (b"{}", 422, "VALIDATION_FAILED"),
        (b'{"title": "a", "tenantId": "x"}', 422, "VALIDATION_FAILED"),
        (b'{"title": "a", "seo": {"x": 1}}', 422, "VALIDATION_FAILED"),
        (b'{"title": "a", "status": "deleted"}', 422, "VALIDATION_FAILED"),
        (b'{"title": "a", "variants": {}}', 422, "VALIDATION_FAILED"),
        (b'{"title": "a", "variants": [{"allowBackorder": "1"}]}', 422, "VALIDATION_FAILED"),
        (b'{"title": "a", "variants": [{"weightGrams": 1.5}]}', 422, "VALIDATION_FAILED"),
        (b'{"title": "a", "variants": [{"weightGrams": 1e99}]}', 422, "VALIDATION_FAILED"),
    ],
)
async def test_a_body_that_does_not_fit_is_refused(
    web: httpx.AsyncClient, admin: Caller, body: bytes, status: int, code: str
) -> None:
    answer = await web.post(PRODUCTS, content=body, headers={**admin.headers, **JSON})

    assert problem(answer) == (status, code)
    assert (await admin.rest("GET", "/admin/products?total=true")).json()["page"]["total"] == 0


async def test_a_body_that_ends_too_early_is_refused_by_who_reads_it(
    host: Host, admin: Caller
) -> None:
    for extra in ({}, {"idempotency-key": "once"}):
        client = Leaving(b'{"title": "Lamp"', b"}")
        await client.post(asgi(host), PRODUCTS, {**admin.headers, **JSON, **extra})
        status, document = client.answer
        assert (status, document["code"]) == (400, "BAD_REQUEST")
        assert document["detail"] == "The request was broken off."
    assert (await admin.rest("GET", "/admin/products?total=true")).json()["page"]["total"] == 0


def test_a_failure_of_the_framework_itself_is_told_as_nothing_and_logged_whole() -> None:
    failure = InternalServerException("of its own making")
    with capture_logs() as logs:
        assert from_http(failure, "abc").code == "INTERNAL"
    assert [(line["event"], line["request_id"], line["exc_info"]) for line in logs] == [
        ("unhandled", "abc", failure)
    ]


async def test_where_it_does_not_fit_is_said(admin: Caller) -> None:
    given = {"title": "Lamp", "variants": [{"sku": "A"}, {"prices": [{"amount": 3}]}]}

    answer = await admin.rest("POST", "/admin/products", given)

    assert problem(answer) == (422, "VALIDATION_FAILED")
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/variants/1/prices/0/amount"


async def test_of_keys_that_come_twice_the_last_one_counts(
    web: httpx.AsyncClient, admin: Caller
) -> None:
    body = b'{"title": "First", "title": "Last"}'

    answer = await web.post(PRODUCTS, content=body, headers={**admin.headers, **JSON})

    assert (answer.status_code, answer.json()["title"]) == (201, "Last")


@pytest.mark.parametrize("path", [PRODUCTS, "/graphql", "/api/v1/auth/login"])
async def test_a_body_that_is_too_large_is_refused(
    web: httpx.AsyncClient, admin: Caller, path: str
) -> None:
    body = b'{"title": "' + b"a" * 2_100_000 + b'"}'

    async def in_parts() -> Any:
        for start in range(0, len(body), 100_000):
            yield body[start : start + 100_000]

    for content in (body, in_parts()):
        answer = await web.post(path, content=content, headers={**admin.headers, **JSON})
        assert problem(answer) == (413, "PAYLOAD_TOO_LARGE")
    keyed = {**admin.headers, **JSON, "idempotency-key": "k1"}
    assert problem(await web.post(path, content=body, headers=keyed))[0] == 413


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense"]
)
async def test_another_content_type_is_refused(
    web: httpx.AsyncClient, admin: Caller, kind: str
) -> None:
    headers = {**admin.headers, "content-type": kind}

    answer = await web.post(PRODUCTS, content=b'{"title": "Lamp"}', headers=headers)

    assert problem(answer) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_another_method_is_refused_and_told_which_there_are(
    web: httpx.AsyncClient, admin: Caller
) -> None:
    answer = await web.put(PRODUCTS, json={}, headers=admin.headers)

    assert problem(answer) == (405, "METHOD_NOT_ALLOWED")
    assert {"GET", "POST"} <= set(answer.headers["allow"].replace(",", " ").split())


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/admin/products/a/b/c", "/api/v2/store/products"]
)
async def test_an_unknown_path_is_a_problem(
    web: httpx.AsyncClient, admin: Caller, path: str
) -> None:
    assert problem(await web.get(path, headers=admin.headers)) == (404, "NOT_FOUND")


async def test_no_variant_of_a_path_is_less_guarded(
    web: httpx.AsyncClient, visitor: Caller
) -> None:
    for path in ADMIN_PATHS:
        last = path.rpartition("/")[2]
        for variant in (
            path,
            f"{path}/",
            f"{path}//",
            f"/{path}",
            path.replace("/admin/", "//admin//"),
            path.replace("/admin/", "/store/../admin/"),
            path.replace("/admin/", "/./admin/"),
            path.replace("admin", "%61dmin"),
            path.replace("admin", "ADMIN"),
            path.replace("/admin/", "%2fadmin%2f"),
            f"{path};a=b",
            f"{path}.json",
            f"{path}%00",
            f"{path}%20",
            f"/t/acme{path}",
            f"/t/acme/{path}/",
        ):
            answer = await web.get(variant, headers=visitor.headers)
            assert answer.status_code in {400, 401, 404}, (variant, answer.text)
            assert last not in answer.headers.get("location", "")


async def test_another_tenants_token_is_refused_everywhere(
    web: httpx.AsyncClient, admin: Caller, other_visitor: Caller
) -> None:
    headers = {**other_visitor.headers, "authorization": admin.headers["authorization"]}
    answers = [
        await web.get("/api/v1/store/products", headers=headers),
        await web.get(PRODUCTS, headers=headers),
        await web.post(PRODUCTS, json={"title": "Mine"}, headers=headers),
        await web.post("/graphql", json={"query": "{ version }"}, headers=headers),
        await web.get("/graphql?query={version}", headers=headers),
        await web.get("/", headers=headers),
        await web.get("/products/lamp", headers=headers),
    ]

    assert {problem(answer) for answer in answers} == {(403, "TOKEN_OTHER_TENANT")}


@pytest.mark.parametrize("after", ["", "x", "-1", "1.5", "0x1", "1" * 19, "1 2"])
async def test_a_position_that_is_none_is_refused(visitor: Caller, after: str) -> None:
    for answer in (
        await visitor.rest("GET", "/store/products", rustok_after=after),
        await visitor.raw("{ version }", rustok_after=after),
    ):
        assert problem(answer) == (400, "INVALID_AFTER")


async def test_safe_methods_change_nothing(
    web: httpx.AsyncClient, admin: Caller, host: Host, settle: Callable[[], Awaitable[None]]
) -> None:
    made = (await admin.rest("POST", "/admin/products", {"title": "Lamp"})).json()
    await settle()
    before = len(await host.get(EventLog).tail())
    document = (await web.get("/api/openapi.json")).json()
    paths = [path for path in document["paths"] if path.startswith("/api/v1/")]
    for path in [*paths, f"{PRODUCTS}/{made['id']}", f"{PRODUCTS}/{made['id']}/publish"]:
        for method in ("GET", "HEAD", "OPTIONS"):
            await web.request(method, path.replace("{", "").replace("}", ""), headers=admin.headers)
    for name in ("productPublish", "productDelete"):
        operation = f'mutation {{ {name}(id: "{made["id"]}") {{ position }} }}'
        answer = await web.get("/graphql", params={"query": operation}, headers=admin.headers)
        assert answer.status_code == 405

    assert len(await host.get(EventLog).tail()) == before
    await settle()
    assert len(await host.get(EventLog).tail()) == before
    found = (await admin.rest("GET", f"/admin/products/{made['id']}")).json()
    assert (found["version"], found["status"]) == (1, "draft")
