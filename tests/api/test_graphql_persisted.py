"""Queries named by their hash, and servers that run listed operations only, over HTTP."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from graphql import OperationType

from rustok.app.asgi import asgi
from rustok.app.web.settings import GraphQLSettings
from rustok.core.host import Host
from rustok.core.settings import BadSettings
from rustok.gql import Listed, Manifest
from rustok.testing.operations import error_codes
from tests.api.callers import Caller

QUERY = "query Shop { tenant { name } }"
WRITE = 'mutation { productCreate(input: {title: "A"}) { product { id } } }'
MODERN = "application/graphql-response+json"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def named(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}


@asynccontextmanager
async def server(
    host: Host, monkeypatch: pytest.MonkeyPatch, settings: GraphQLSettings
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application with these settings."""
    read = host.settings
    chosen = {GraphQLSettings: settings}
    monkeypatch.setattr(host, "settings", lambda kind: chosen.get(kind) or read(kind))
    transport = httpx.ASGITransport(asgi(host))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as found:
        yield found


async def by_get(web: httpx.AsyncClient, caller: Caller, text: str) -> httpx.Response:
    parameters = {"extensions": json.dumps(named(text))}
    return await web.get("/graphql", params=parameters, headers=caller.headers)


async def by_post(
    web: httpx.AsyncClient, caller: Caller, body: Any, **headers: str
) -> httpx.Response:
    return await web.post("/graphql", json=body, headers={**caller.headers, **headers})


async def test_a_client_sends_a_query_once_and_then_its_hash(
    web: httpx.AsyncClient, visitor: Caller
) -> None:
    for headers, status in (({}, 200), ({"accept": MODERN}, 400)):
        unknown = await by_post(web, visitor, {"extensions": named(QUERY)}, **headers)
        assert unknown.status_code == status
        assert unknown.headers["cache-control"] == "no-store"
        (error,) = unknown.json()["errors"]
        assert error["message"] == "PersistedQueryNotFound"
        assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"

    sent = await by_post(web, visitor, {"query": QUERY, "extensions": named(QUERY)})
    answer = await by_get(web, visitor, QUERY)

    assert answer.json() == sent.json()
    assert answer.json()["data"] == {"tenant": {"name": "Acme"}}


async def test_a_tenant_cannot_find_out_what_another_one_asks(
    web: httpx.AsyncClient, visitor: Caller, other_visitor: Caller
) -> None:
    await by_post(web, visitor, {"query": QUERY, "extensions": named(QUERY)})

    assert error_codes(await by_get(web, other_visitor, QUERY)) == {"PERSISTED_QUERY_NOT_FOUND"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ users { nodes { id } } }", "UNAUTHENTICATED"),
        ("query ($a: Int!) { products(first: $a) { nodes { id } } }", "BAD_USER_INPUT"),
    ],
)
async def test_only_what_this_caller_may_run_is_kept(
    web: httpx.AsyncClient, visitor: Caller, text: str, code: str
) -> None:
    refused = await by_post(web, visitor, {"query": text, "extensions": named(text)})

    assert error_codes(refused) == {code}
    assert error_codes(await by_get(web, visitor, text)) == {"PERSISTED_QUERY_NOT_FOUND"}


async def test_a_hash_by_get_changes_nothing(web: httpx.AsyncClient, admin: Caller) -> None:
    kept = await by_post(web, admin, {"query": WRITE, "extensions": named(WRITE)})
    assert kept.json()["data"]["productCreate"]["product"]

    answer = await by_get(web, admin, WRITE)

    assert (answer.status_code, error_codes(answer)) == (405, {"METHOD_NOT_ALLOWED"})


async def test_one_wrong_name_does_not_spoil_a_batch(
    web: httpx.AsyncClient, visitor: Caller
) -> None:
    forged = {"query": "{ version }", "extensions": named(QUERY)}
    batch = [{"extensions": named(QUERY)}, {"query": QUERY}, forged, {"query": "{ version }"}]

    answers = (await by_post(web, visitor, batch)).json()

    codes = [one["errors"][0]["extensions"]["code"] for one in answers if "errors" in one]
    assert codes == ["PERSISTED_QUERY_NOT_FOUND", "PERSISTED_QUERY_MISMATCH"]
    assert answers[1]["data"] == {"tenant": {"name": "Acme"}}
    assert "version" in answers[3]["data"]


async def test_they_can_be_switched_off(
    host: Host, visitor: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with server(host, monkeypatch, GraphQLSettings(persisted_queries=0)) as web:
        sent = await by_post(web, visitor, {"query": QUERY, "extensions": named(QUERY)})
        assert sent.json()["data"] == {"tenant": {"name": "Acme"}}
        answer = await by_get(web, visitor, QUERY)
        assert error_codes(answer) == {"PERSISTED_QUERY_NOT_SUPPORTED"}


def manifest(folder: Path, *bodies: str) -> GraphQLSettings:
    """Settings that allow these operations only."""
    listed = tuple(
        Listed(id=digest(body), name="Shop", type=OperationType.QUERY, body=body) for body in bodies
    )
    path = folder / "operations.json"
    path.write_bytes(msgspec.json.encode(Manifest(operations=listed)))
    return GraphQLSettings(allow_list=str(path))


async def test_an_allow_list_binds_everyone_but_staff(
    host: Host,
    admin: Caller,
    visitor: Caller,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    refused = {"OPERATION_NOT_ALLOWED"}
    async with server(host, monkeypatch, manifest(tmp_path, QUERY)) as web:
        assert (await by_get(web, visitor, QUERY)).json()["data"] == {"tenant": {"name": "Acme"}}
        spaced = await by_post(web, visitor, {"query": f"# mine\n{QUERY}", "operationName": "Shop"})
        assert spaced.json()["data"] == {"tenant": {"name": "Acme"}}

        for text in ("{ version }", "{ __schema { types { name } } }", f"{QUERY} {{ version }}"):
            answer = await by_post(web, visitor, {"query": text}, accept=MODERN)
            assert (answer.status_code, error_codes(answer)) == (403, refused)
        assert error_codes(await by_get(web, visitor, "{ version }")) == refused
        smuggled = {"query": "{ version }", "extensions": named(QUERY)}
        assert error_codes(await by_post(web, visitor, smuggled)) == refused

        assert "version" in (await by_post(web, admin, {"query": "{ version }"})).json()["data"]


async def test_a_customer_is_no_staff(
    host: Host,
    web: httpx.AsyncClient,
    visitor: Caller,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    given = {"email": "ada@example.org", "password": "correct horse battery", "name": "Ada"}
    registered = await visitor.rest("POST", "/auth/register", given)
    token = registered.json()["accessToken"]
    async with server(host, monkeypatch, manifest(tmp_path, QUERY)) as listing:
        customer = Caller(listing, "acme", token)
        assert (await customer.raw(QUERY)).json()["data"] == {"tenant": {"name": "Acme"}}
        assert error_codes(await customer.raw("{ version }")) == {"OPERATION_NOT_ALLOWED"}


@pytest.mark.parametrize("content", [None, b"{", b'{"format": "x"}'])
async def test_an_unusable_list_ends_the_start(
    host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "list.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadSettings, match=r"RUSTOK_GRAPHQL__ALLOW_LIST: .*list\.json"):
        async with server(host, monkeypatch, GraphQLSettings(allow_list=str(path))):
            pass
