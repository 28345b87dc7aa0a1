"""API keys through HTTP: made, used and revoked over REST and GraphQL, and kept out of logs."""

import io
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from rustok.app.asgi import asgi
from rustok.app.workers import all_workers
from rustok.core.context import Context, TenantRef
from rustok.core.host import Host
from rustok.testing.databases import TestDatabase
from rustok.testing.http import SignIn, bearer
from tests.auth.people import rows

Json = dict[str, Any]
Headers = dict[str, str]
PATH = "/api/v1/admin/api-keys"
IMPORT = {"name": "Import", "permissions": ["product:create", "product:read"]}
CREATE = """
    mutation ($input: ApiKeyCreateInput!) {
      apiKeyCreate(input: $input) {
        apiKey { id name hint permissions status createdBy { id isActive } expiresAt lastUsedAt }
        secret position userErrors { code field }
      }
    }
"""


@pytest.fixture
async def http(host: Host, tenant: TenantRef) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(asgi(host))
    async with httpx.AsyncClient(transport=transport, base_url="http://acme.localhost") as found:
        yield found


@pytest.fixture
async def admin(token: SignIn, ctx: Context) -> Headers:
    """An operator who looks after keys."""
    rights = ("api-key:create", "api-key:read", "api-key:revoke", *IMPORT["permissions"])
    return bearer(await token(ctx, *rights))


async def made(http: httpx.AsyncClient, admin: Headers, **changes: Any) -> Json:
    answer = await http.post(PATH, json={**IMPORT, **changes}, headers=admin)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def graphql(http: httpx.AsyncClient, headers: Headers, query: str, **variables: Any) -> Json:
    body = {"query": query, "variables": variables}
    found: Json = (await http.post("/graphql", json=body, headers=headers)).json()
    return found


async def test_a_keys_life_through_rest(http: httpx.AsyncClient, admin: Headers) -> None:
    answer = await http.post(PATH, json=IMPORT, headers=admin)
    assert answer.headers["cache-control"] == "no-store"
    issued = answer.json()
    secret, key = issued["secret"], issued["apiKey"]
    assert secret.startswith("sk_")
    assert (key["name"], key["status"], key["hint"]) == ("Import", "active", secret[-4:])
    assert key["permissions"] == IMPORT["permissions"]
    assert int(issued["position"]) > 0

    lamp = await http.post("/api/v1/admin/products", json={"title": "Lamp"}, headers=bearer(secret))
    assert lamp.status_code == 201, lamp.text
    assert (await http.get(PATH, headers=bearer(secret))).json()["code"] == "FORBIDDEN"
    own = await http.get("/api/v1/auth/me", headers=bearer(secret))
    assert (own.status_code, own.json()["code"]) == (403, "USER_REQUIRED")

    listed = await http.get(PATH, params={"total": "true", "status": "active"}, headers=admin)
    assert listed.json()["page"] == {"next": None, "total": 1}
    (item,) = listed.json()["data"]
    assert secret not in listed.text
    assert (await http.get(f"{PATH}/{key['id']}", headers=admin)).json() == item
    by = {"createdBy": item["createdBy"]["id"]}
    assert len((await http.get(PATH, params=by, headers=admin)).json()["data"]) == 1
    assert (await http.get(PATH, params={"createdBy": "x"}, headers=admin)).status_code == 400

    revoked = await http.delete(f"{PATH}/{key['id']}", headers=admin)
    assert (revoked.status_code, revoked.json()["status"]) == (200, "revoked")
    refused = await http.get("/api/v1/admin/products", headers=bearer(secret))
    assert (refused.status_code, refused.json()["code"]) == (401, "API_KEY_REVOKED")
    assert refused.headers["www-authenticate"].startswith("Bearer")


async def test_the_log_says_which_key_did_it(
    http: httpx.AsyncClient, admin: Headers, token: SignIn, ctx: Context, host: Host
) -> None:
    issued = await made(http, admin)
    lamp = await http.post(
        "/api/v1/admin/products", json={"title": "Lamp"}, headers=bearer(issued["secret"])
    )
    assert lamp.status_code == 201
    await all_workers(host).settle()
    reader = bearer(await token(ctx, "event:read"))

    async def actors(name: str) -> set[str]:
        found = await http.get("/api/v1/admin/events", params={"name": name}, headers=reader)
        return {str(event["actorId"]) for event in found.json()["data"]}

    assert await actors("product.created") == {issued["apiKey"]["id"]}
    assert await actors("api_key.created") == {issued["apiKey"]["createdBy"]["id"]}
    query = '{ events(filter: {name: "product.created"}) { nodes { actorId } } }'
    nodes = (await graphql(http, reader, query))["data"]["events"]["nodes"]
    assert nodes == [{"actorId": issued["apiKey"]["id"]}]


async def test_a_keys_life_through_graphql(http: httpx.AsyncClient, admin: Headers) -> None:
    given = {**IMPORT, "expiresAt": "2999-01-01T00:00:00Z"}
    answer = await graphql(http, admin, CREATE, input=given)
    payload = answer["data"]["apiKeyCreate"]
    secret, key = payload["secret"], payload["apiKey"]
    assert payload["userErrors"] == []
    assert (key["status"], key["expiresAt"]) == ("ACTIVE", "2999-01-01T00:00:00Z")
    assert key["createdBy"]["isActive"] is True

    machine = bearer(secret)
    lamp = 'mutation { productCreate(input: {title: "Lamp"}) { product { title } } }'
    assert (await graphql(http, machine, lamp))["data"]["productCreate"]["product"]
    assert (await graphql(http, machine, "{ me { permissions } }"))["data"] == {"me": None}
    out = await graphql(http, machine, "mutation { sessionDelete { position } }")
    assert out["errors"][0]["extensions"]["code"] == "USER_REQUIRED"

    wrong = await graphql(http, admin, CREATE, input={**IMPORT, "name": ""})
    (error,) = wrong["data"]["apiKeyCreate"]["userErrors"]
    assert error["code"] == "INVALID_NAME"
    more = {"name": "More", "permissions": ["user:create"]}
    refused = await graphql(http, admin, CREATE, input=more)
    assert refused["errors"][0]["extensions"]["code"] == "EXCEEDS_OWN_RIGHTS"

    found = await graphql(
        http,
        admin,
        """query ($id: ID!) {
             apiKey(id: $id) { id }
             apiKeys(first: 1, filter: {status: ACTIVE}) {
               totalCount nodes { id } edges { cursor node { name } } pageInfo { hasNextPage }
             }
             none: apiKey(id: "key_nonsense") { id }
           }""",
        id=key["id"],
    )
    assert found["data"]["apiKey"]["id"] == key["id"]
    assert found["data"]["apiKeys"]["totalCount"] == 1
    assert found["data"]["none"] is None

    revoke = "mutation ($id: ID!) { apiKeyRevoke(id: $id) { apiKey { status } } }"
    ended = await graphql(http, admin, revoke, id=key["id"])
    assert ended["data"]["apiKeyRevoke"]["apiKey"] == {"status": "REVOKED"}
    answer = await graphql(http, machine, "{ me { permissions } }")
    assert (answer["status"], answer["code"]) == (401, "API_KEY_REVOKED")


@pytest.mark.parametrize("way", ["rest", "graphql"])
async def test_a_repeated_creation_makes_one_key_and_shows_it_once(
    http: httpx.AsyncClient, admin: Headers, database: TestDatabase, way: str
) -> None:
    headers = {**admin, "idempotency-key": "k1"}
    body: Json = IMPORT
    path = PATH
    if way == "graphql":
        path, body = "/graphql", {"query": CREATE, "variables": {"input": IMPORT}}

    first = await http.post(path, json=body, headers=headers)
    again = await http.post(path, json=body, headers=headers)

    assert first.is_success
    assert "sk_" in first.text
    assert again.status_code == 409, again.text
    assert "IDEMPOTENCY_ANSWER_NOT_KEPT" in again.text
    assert "sk_" not in again.text
    assert len(await rows(database, "SELECT id FROM auth_api_keys")) == 1


async def test_idempotency_keys_of_two_machines_and_of_nobody_are_apart(
    http: httpx.AsyncClient, admin: Headers
) -> None:
    machines = [bearer((await made(http, admin))["secret"]) for _ in range(2)]
    found = []
    for machine in machines:
        headers = {**machine, "idempotency-key": "k1"}
        for _ in range(2):
            answer = await http.post(
                "/api/v1/admin/products", json={"title": "Lamp"}, headers=headers
            )
            assert answer.status_code == 201
            found.append(answer.json()["id"])

    assert found[0] == found[1]
    assert found[2] == found[3]
    assert found[0] != found[2]


async def test_logs_and_errors_never_hold_the_secret(
    http: httpx.AsyncClient, admin: Headers
) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    try:
        with capture_logs() as told:
            secret = (await made(http, admin))["secret"]
            spoiled = secret[:-1] + ("0" if secret[-1] != "0" else "1")
            answers = [
                await http.request(method, path, headers=bearer(text), json={"query": "{"})
                for method, path in (("GET", PATH), ("POST", PATH), ("POST", "/graphql"))
                for text in (secret, spoiled, secret[:-1], secret + "\x7f")
            ]
    finally:
        logging.getLogger().removeHandler(handler)
    seen = f"{told} {written.getvalue()} {[answer.text for answer in answers]}"
    assert secret[-52:-1] not in seen
    assert "INVALID_API_KEY" in seen


async def test_another_tenants_key_is_refused_by_every_name_of_the_tenant(
    http: httpx.AsyncClient, admin: Headers, other_tenant: TenantRef
) -> None:
    machine = bearer((await made(http, admin))["secret"])
    ways = [
        ("/api/v1/store/products", {"host": "other.localhost"}),
        ("/api/v1/store/products", {"host": "localhost", "x-tenant-id": str(other_tenant.id)}),
        ("/t/other/api/v1/store/products", {"host": "localhost"}),
    ]
    for path, headers in ways:
        answer = await http.get(path, headers={**headers, **machine})
        assert (answer.status_code, answer.json()["code"]) == (403, "TOKEN_OTHER_TENANT")
