"""The same use cases through HTTP: REST and GraphQL, with the whole edge before them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from rustok.app.asgi import asgi
from rustok.core.context import TenantRef
from rustok.core.host import Host
from rustok.testing.databases import TestDatabase
from tests.auth.people import PASSWORD, Clock, People, rows

Json = dict[str, Any]
ADA = {"email": "ada@example.org", "password": PASSWORD, "name": "Ada"}


@pytest.fixture
async def http(host: Host, tenant: TenantRef) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(asgi(host))
    async with httpx.AsyncClient(transport=transport, base_url="http://acme.localhost") as found:
        yield found


def bearer(answer: Json) -> dict[str, str]:
    return {"authorization": f"Bearer {answer['accessToken']}"}


async def registered(http: httpx.AsyncClient) -> Json:
    response = await http.post("/api/v1/auth/register", json=ADA)
    assert response.status_code == 201, response.text
    found: Json = response.json()
    return found


async def graphql(
    http: httpx.AsyncClient, query: str, headers: dict[str, str] | None = None, **variables: Any
) -> Json:
    body = {"query": query, "variables": variables}
    response = await http.post("/graphql", json=body, headers=headers)
    found: Json = response.json()
    return found


async def test_a_users_life_through_rest(http: httpx.AsyncClient) -> None:
    first = await registered(http)
    assert first["tokenType"] == "Bearer"
    assert first["user"]["id"].startswith("user_")
    assert int(first["position"]) > 0

    login = await http.post(
        "/api/v1/auth/login", json={"email": ADA["email"], "password": PASSWORD}
    )
    assert login.headers["cache-control"] == "no-store"
    second = login.json()
    me = await http.get("/api/v1/auth/me", headers=bearer(second))
    assert me.json() == {"user": {**first["user"], "position": None}, "permissions": []}

    body = {"refreshToken": second["refreshToken"]}
    third = (await http.post("/api/v1/auth/refresh", json=body)).json()
    assert third["sessionId"] == second["sessionId"]

    change = {"currentPassword": PASSWORD, "newPassword": "an entirely other one"}
    changed = await http.put("/api/v1/auth/password", json=change, headers=bearer(third))
    assert changed.status_code == 200
    assert (await http.get("/api/v1/auth/me", headers=bearer(first))).status_code == 401

    assert (await http.post("/api/v1/auth/logout", headers=bearer(third))).status_code == 204
    ended = await http.get("/api/v1/auth/me", headers=bearer(third))
    assert (ended.status_code, ended.json()["code"]) == (401, "SESSION_ENDED")
    assert ended.headers["www-authenticate"].startswith("Bearer")


async def test_wrong_and_unknown_are_the_same_answer_but_for_its_request(
    http: httpx.AsyncClient,
) -> None:
    await registered(http)
    answers = []
    for email in ("ada@example.org", "nobody@example.org"):
        response = await http.post(
            "/api/v1/auth/login", json={"email": email, "password": "a wrong password"}
        )
        body = response.json()
        del body["requestId"]
        headers = {k: v for k, v in response.headers.items() if k != "x-request-id"}
        answers.append((response.status_code, headers, body))

    assert answers[0] == answers[1]
    assert answers[0][0] == 401


async def test_too_many_attempts_say_when_to_come_back(http: httpx.AsyncClient) -> None:
    body = {"email": "nobody@example.org", "password": "a wrong password"}
    for _ in range(10):
        await http.post("/api/v1/auth/login", json=body)

    response = await http.post("/api/v1/auth/login", json=body)

    assert response.status_code == 429
    assert response.headers["retry-after"] == "900"


async def test_a_field_that_is_not_a_visitors_is_refused(
    http: httpx.AsyncClient, database: TestDatabase
) -> None:
    for extra in ("roles", "permissions", "status", "isAdmin", "tenantId"):
        response = await http.post("/api/v1/auth/register", json={**ADA, extra: ["admin"]})
        assert response.status_code == 422, extra

    assert await rows(database, "SELECT 1 FROM auth_users") == []


async def test_another_tenants_token_is_forbidden(
    http: httpx.AsyncClient, other_tenant: TenantRef
) -> None:
    token = bearer(await registered(http))

    for headers in ({"host": "other.localhost"}, {"host": "localhost", "x-tenant-id": "other"}):
        response = await http.get("/api/v1/auth/me", headers={**token, **headers})
        assert (response.status_code, response.json()["code"]) == (403, "TOKEN_OTHER_TENANT")


async def test_the_key_set_belongs_to_no_tenant(http: httpx.AsyncClient) -> None:
    response = await http.get("/.well-known/jwks.json", headers={"host": "nowhere.example"})

    assert response.status_code == 200
    assert {key["kty"] for key in response.json()["keys"]} == {"OKP"}
    assert all("d" not in key for key in response.json()["keys"])


STAFF_ROUTES = [
    ("GET", "/api/v1/admin/users"),
    ("POST", "/api/v1/admin/users"),
    ("GET", "/api/v1/admin/users/{id}"),
    ("PUT", "/api/v1/admin/users/{id}/suspension"),
    ("DELETE", "/api/v1/admin/users/{id}/suspension"),
    ("PUT", "/api/v1/admin/users/{id}/roles"),
    ("GET", "/api/v1/admin/roles"),
    ("POST", "/api/v1/admin/roles"),
    ("PATCH", "/api/v1/admin/roles/reader"),
    ("DELETE", "/api/v1/admin/roles/reader"),
    ("GET", "/api/v1/admin/permissions"),
]


async def test_staffs_routes_are_closed_to_visitors_and_customers(http: httpx.AsyncClient) -> None:
    customer = await registered(http)
    for method, path in STAFF_ROUTES:
        path = path.format(id=customer["user"]["id"])
        anonymous = await http.request(method, path, json={})
        assert (anonymous.status_code, anonymous.json()["code"]) == (401, "UNAUTHENTICATED"), path
        refused = await http.request(method, path, json={}, headers=bearer(customer))
        assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN"), path


async def test_an_admins_day_through_rest(http: httpx.AsyncClient, people: People) -> None:
    customer = await registered(http)
    await people.staff("admin", email="admin@example.org")
    body = {"email": "admin@example.org", "password": PASSWORD}
    admin = bearer((await http.post("/api/v1/auth/login", json=body)).json())
    user = f"/api/v1/admin/users/{customer['user']['id']}"

    page = (await http.get("/api/v1/admin/users?limit=1&total=true", headers=admin)).json()
    assert (len(page["data"]), page["page"]["total"]) == (1, 2)
    following = {"limit": 1, "after": page["page"]["next"]}
    last = (await http.get("/api/v1/admin/users", params=following, headers=admin)).json()
    assert (last["data"][0]["email"], last["page"]["next"]) == (ADA["email"], None)

    role = {"name": "reader", "permissions": ["user:read"]}
    created = await http.post("/api/v1/admin/roles", json=role, headers=admin)
    assert (created.status_code, created.json()["builtIn"]) == (201, False)
    given = await http.put(f"{user}/roles", json={"roles": ["reader"]}, headers=admin)
    assert given.json()["permissions"] == ["user:read"]
    seen = await http.get("/api/v1/admin/users", headers=bearer(customer))
    assert seen.status_code == 200
    used = await http.delete("/api/v1/admin/roles/reader", headers=admin)
    assert (used.status_code, used.json()["code"]) == (409, "ROLE_IN_USE")

    suspended = await http.put(f"{user}/suspension", headers=admin)
    assert suspended.json()["status"] == "suspended"
    assert (await http.get("/api/v1/auth/me", headers=bearer(customer))).status_code == 401
    assert (await http.delete(f"{user}/suspension", headers=admin)).json()["status"] == "active"


REGISTER = """
    mutation ($input: UserRegisterInput!) {
      userRegister(input: $input) {
        userId session { accessToken refreshToken } position userErrors { code field message }
      }
    }
"""


async def test_the_same_through_graphql(http: httpx.AsyncClient) -> None:
    assert (await graphql(http, "{ me { permissions } }"))["data"] == {"me": None}
    made = (await graphql(http, REGISTER, input=ADA))["data"]["userRegister"]
    assert made["userErrors"] == []

    login = """mutation ($input: SessionCreateInput!) {
      sessionCreate(input: $input) { session { accessToken refreshToken } userErrors { code } }
    }"""
    given = {"email": ADA["email"], "password": PASSWORD}
    session = (await graphql(http, login, input=given))["data"]["sessionCreate"]["session"]
    refresh = """mutation ($token: String!) {
      sessionRefresh(refreshToken: $token) { session { accessToken } userErrors { code } }
    }"""
    found = await graphql(http, refresh, token=session["refreshToken"])
    token = bearer(found["data"]["sessionRefresh"]["session"])

    me = await graphql(http, "{ me { user { id email status roles } permissions } }", token)
    assert me["data"]["me"] == {
        "user": {
            "id": made["userId"],
            "email": ADA["email"],
            "status": "ACTIVE",
            "roles": ["customer"],
        },
        "permissions": [],
    }
    ended = await graphql(http, "mutation { sessionDeleteAll { userErrors { code } } }", token)
    assert ended["data"]["sessionDeleteAll"]["userErrors"] == []
    assert (await graphql(http, "{ version }", token))["code"] == "SESSION_ENDED"


async def test_graphql_tells_what_can_be_mended_and_refuses_the_rest(
    http: httpx.AsyncClient,
) -> None:
    await registered(http)

    taken = (await graphql(http, REGISTER, input=ADA))["data"]["userRegister"]
    assert taken["session"] is None
    assert [(e["code"], e["field"]) for e in taken["userErrors"]] == [("EMAIL_TAKEN", ["email"])]

    login = "mutation ($i: SessionCreateInput!) { sessionCreate(input: $i) { position } }"
    given = {"email": ADA["email"], "password": "a wrong password"}
    wrong = await graphql(http, login, i=given)
    assert wrong["errors"][0]["extensions"]["code"] == "INVALID_CREDENTIALS"

    for query in ("{ users { totalCount } }", "{ roles { name } }", "{ permissions { key } }"):
        refused = await graphql(http, query)
        assert refused["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_staffs_day_through_graphql(http: httpx.AsyncClient, people: People) -> None:
    customer = (await registered(http))["user"]["id"]
    await people.staff("admin", email="admin@example.org")
    body = {"email": "admin@example.org", "password": PASSWORD}
    admin = bearer((await http.post("/api/v1/auth/login", json=body)).json())

    query = """query ($after: String) {
      users(first: 1, after: $after, filter: {status: ACTIVE}) {
        totalCount nodes { email } edges { cursor node { id } } pageInfo { hasNextPage endCursor }
      }
    }"""
    first = (await graphql(http, query, admin))["data"]["users"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (2, True)
    second = await graphql(http, query, admin, after=first["pageInfo"]["endCursor"])
    assert second["data"]["users"]["edges"][0]["node"]["id"] == customer

    made = await graphql(
        http,
        """mutation { roleCreate(input: {name: "reader", permissions: ["user:read", "x:y"]}) {
          role { name } userErrors { code field } } }""",
        admin,
    )
    assert made["data"]["roleCreate"]["userErrors"] == [
        {"code": "UNKNOWN_PERMISSION", "field": ["permissions", "1"]}
    ]
    given = await graphql(
        http,
        """mutation ($id: ID!) { userRolesSet(userId: $id, roles: ["manager"]) {
          roles position userErrors { code } } }""",
        admin,
        id=customer,
    )
    assert given["data"]["userRolesSet"]["roles"] == ["manager"]
    suspended = await graphql(
        http, "mutation ($id: ID!) { userSuspend(id: $id) { user { status } } }", admin, id=customer
    )
    assert suspended["data"]["userSuspend"]["user"]["status"] == "SUSPENDED"
    missing = await graphql(
        http, 'mutation { userSuspend(id: "x") { userErrors { code } } }', admin
    )
    assert missing["data"]["userSuspend"]["userErrors"] == [{"code": "INVALID_ID"}]


async def test_the_theft_of_a_token_is_seen_whatever_the_idempotency_key(
    http: httpx.AsyncClient, clock: Clock, people: People
) -> None:
    first = await registered(http)
    refresh = """mutation ($token: String!) {
      sessionRefresh(refreshToken: $token) { session { accessToken } }
    }"""
    fresh = await graphql(http, refresh, token=first["refreshToken"])
    token = bearer(fresh["data"]["sessionRefresh"]["session"])
    clock.turn(seconds=11)

    stolen = await graphql(
        http, refresh, {"idempotency-key": "thief-0001"}, token=first["refreshToken"]
    )

    assert stolen["errors"][0]["extensions"]["code"] == "INVALID_REFRESH_TOKEN"
    assert (await http.get("/api/v1/auth/me", headers=token)).status_code == 401
