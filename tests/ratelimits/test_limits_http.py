"""Limits as callers of REST and GraphQL meet them, and the ways around them that there are not."""

import re
from typing import Any

import httpx
import pytest

from rustok.commerce.permissions import PRODUCT_READ
from rustok.core.context import Context
from rustok.testing.http import SignIn, bearer
from tests.ratelimits.conftest import Limited

SEARCH = "/api/v1/store/products"
QUERY = {"query": "{ products(first: 10) { nodes { title } } }"}


async def statuses(client: httpx.AsyncClient, count: int, **request: Any) -> list[int]:
    """The statuses of so many equal requests."""
    request = {"method": "GET", "url": SEARCH, **request}
    return [(await client.request(**request)).status_code for _ in range(count)]


async def test_an_address_is_refused_beyond_its_requests(limited: Limited) -> None:
    async with limited(address="5/3600") as site, site.at("203.0.113.1") as client:
        assert await statuses(client, 7) == [200] * 5 + [429] * 2
        refused = await client.get(SEARCH)
        assert refused.headers["content-type"] == "application/problem+json"
        problem = refused.json()
        assert problem["code"] == "RATE_LIMITED"
        assert problem["policy"] == "address"
        assert 1 <= int(refused.headers["retry-after"]) <= 720
        async with site.at("203.0.113.2") as other:
            assert await statuses(other, 1) == [200]


async def test_answers_tell_the_limit_and_what_is_left(limited: Limited) -> None:
    async with limited(address="10/100", tenant="1000/36000") as site:
        async with site.at("203.0.113.1") as client:
            first = await client.get(SEARCH)
        assert first.headers["ratelimit-policy"] == '"address";q=10;w=100, "tenant";q=1000;w=36000'
        told = re.fullmatch(
            r'"address";r=(\d+);t=(\d+), "tenant";r=(\d+);t=(\d+)', first.headers["ratelimit"]
        )
        assert told is not None
        assert [int(n) for n in told.groups()] == [9, 10, 999, 36]


async def test_without_limits_nothing_is_said(limited: Limited) -> None:
    async with limited() as site, site.at("203.0.113.1") as client:
        answer = await client.get(SEARCH)
        assert answer.status_code == 200
        assert "ratelimit" not in answer.headers
        assert "ratelimit-policy" not in answer.headers


async def test_production_has_limits_unless_they_are_switched_off(limited: Limited) -> None:
    async with (
        limited(env="production", tenant="off") as site,
        site.at("203.0.113.1") as client,
    ):
        answer = await client.post("/graphql", json=QUERY)
    assert answer.headers["ratelimit-policy"] == (
        '"address";q=6000;w=60, "address-cost";q=600000;w=60;qu="cost", '
        '"tenant-cost";q=12000000;w=60;qu="cost"'
    )


async def test_health_is_no_request_of_anybody(limited: Limited) -> None:
    async with limited(address="1/3600") as site, site.at("203.0.113.1") as client:
        assert await statuses(client, 5, url="/health/live") == [200] * 5
        assert await statuses(client, 2) == [200, 429]


@pytest.fixture(params=["user", "api_key"])
def signing_in(
    request: pytest.FixtureRequest, token: SignIn, api_key: SignIn
) -> tuple[str, SignIn]:
    """The setting of each kind of who signs in, and how they do it."""
    return request.param, {"user": token, "api_key": api_key}[request.param]


async def test_who_signs_in_is_counted_from_every_address(
    limited: Limited, ctx: Context, signing_in: tuple[str, SignIn]
) -> None:
    kind, sign_in = signing_in
    ada, bob = bearer(await sign_in(ctx, PRODUCT_READ)), bearer(await sign_in(ctx, PRODUCT_READ))
    async with limited(**{kind: "4/3600"}) as site:
        found = []
        for n in range(6):
            async with site.at(f"203.0.113.{n}", **ada) as client:
                found += await statuses(client, 1)
        assert found == [200] * 4 + [429] * 2
        async with site.at("203.0.113.1", **bob) as client:
            assert await statuses(client, 1) == [200]


async def test_a_tenant_is_counted_by_whatever_name_it_is_called(
    limited: Limited, ctx: Context
) -> None:
    names = [
        {"x-tenant-id": "acme"},
        {"x-tenant-id": "  ACME "},
        {"x-tenant-id": str(ctx.tenant.id)},
        {"x-tenant-id": str(ctx.tenant.id).upper()},
        {"host": "AcMe.LOCALHOST"},
        {"host": "acme.localhost:8000"},
    ]
    async with limited(tenant="4/3600") as site:
        found = []
        for n, headers in enumerate(names):
            async with site.at(f"203.0.113.{n}") as client:
                found += await statuses(client, 1, headers={"host": "localhost", **headers})
        async with site.at("203.0.113.77", host="localhost") as client:
            found += await statuses(client, 1, url=f"/t/acme{SEARCH}")
        assert found == [200] * 4 + [429] * 3


async def test_forwarded_headers_of_strangers_change_nothing(limited: Limited) -> None:
    async with limited(address="3/3600") as site, site.at("203.0.113.1") as client:
        found = []
        for n in range(5):
            forged = {
                "x-forwarded-for": f"198.51.100.{n}",
                "forwarded": f"for=198.51.100.{n}",
                "x-real-ip": f"198.51.100.{n}",
            }
            found += await statuses(client, 1, headers=forged)
        assert found == [200] * 3 + [429] * 2


async def test_behind_a_proxy_of_ones_own_its_callers_are_counted(limited: Limited) -> None:
    async with (
        limited(address="2/3600", trusted_proxies=("10.0.0.0/8",)) as site,
        site.at("10.1.1.1") as client,
    ):
        one, other = {"x-forwarded-for": "198.51.100.1"}, {"x-forwarded-for": "198.51.100.2"}
        assert await statuses(client, 3, headers=one) == [200, 200, 429]
        assert await statuses(client, 1, headers=other) == [200]
        forged = {"x-forwarded-for": "192.0.2.99, 198.51.100.1"}
        assert await statuses(client, 1, headers=forged) == [429]


async def test_addresses_of_one_ipv6_network_are_one(limited: Limited) -> None:
    async with limited(address="3/3600") as site:
        found = []
        for n in range(5):
            async with site.at(f"2001:db8:7:1::{n:x}") as client:
                found += await statuses(client, 1)
        assert found == [200] * 3 + [429] * 2
        async with site.at("2001:db8:7:2::1") as client:
            assert await statuses(client, 1) == [200]


async def test_exempt_networks_have_no_limit_of_their_address(limited: Limited) -> None:
    async with limited(address="1/3600", exempt=("127.0.0.0/8",)) as site:
        async with site.at("127.0.0.1") as client:
            assert await statuses(client, 5) == [200] * 5
        async with site.at("::ffff:127.0.0.1") as client:
            assert await statuses(client, 2) == [200] * 2
        async with site.at("203.0.113.1") as client:
            assert await statuses(client, 2) == [200, 429]


async def test_wrong_tokens_and_unknown_tenants_are_counted_too(limited: Limited) -> None:
    async with limited(address="4/3600") as site, site.at("203.0.113.1") as client:
        wrong = {"authorization": "Bearer no.such.token"}
        assert await statuses(client, 2, headers=wrong) == [401] * 2
        unknown = {"host": "localhost", "x-tenant-id": "nobody"}
        assert await statuses(client, 3, headers=unknown) == [404, 404, 429]


async def cost_of(client: httpx.AsyncClient) -> int:
    """What the query costs, as its answer says."""
    answer = await client.post("/graphql", json=QUERY)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["extensions"]["cost"]["requestedQueryCost"])


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_graphql_is_charged_by_cost_and_refused_in_its_own_form(
    limited: Limited, accept: str
) -> None:
    async with limited(address_cost="100000/3600") as site, site.at("203.0.113.1") as client:
        cost = await cost_of(client)
    amount = 3 * cost + cost // 2
    async with (
        limited(address_cost=f"{amount}/36000") as site,
        site.at("203.0.113.1", accept=accept) as client,
    ):
        found = [await client.post("/graphql", json=QUERY) for _ in range(5)]
        assert [answer.status_code for answer in found] == [200] * 3 + [429] * 2
        assert found[0].headers["ratelimit-policy"] == (
            f'"address-cost";q={amount};w=36000;qu="cost"'
        )
        lefts = [re.search(r"r=(\d+)", answer.headers["ratelimit"]) for answer in found[:3]]
        assert [int(left[1]) for left in lefts if left] == [amount - n * cost for n in (1, 2, 3)]
        refused = found[4]
        assert refused.headers["content-type"].startswith(accept)
        (error,) = refused.json()["errors"]
        assert error["extensions"]["code"] == "RATE_LIMITED"
        assert error["extensions"]["policy"] == "address-cost"
        assert error["extensions"]["retryAfter"] == int(refused.headers["retry-after"])
        assert "data" not in refused.json()


async def test_a_batch_costs_what_its_operations_cost_and_is_refused_whole(
    limited: Limited,
) -> None:
    async with limited(address_cost="100000/3600") as site, site.at("203.0.113.1") as client:
        cost = await cost_of(client)
    async with (
        limited(address_cost=f"{5 * cost}/36000") as site,
        site.at("203.0.113.1") as client,
    ):
        assert (await client.post("/graphql", json=[QUERY] * 3)).status_code == 200
        refused = await client.post("/graphql", json=[QUERY] * 3)
        assert refused.status_code == 429
        assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert (await client.post("/graphql", json=[QUERY] * 2)).status_code == 200
        assert (await client.post("/graphql", json=QUERY)).status_code == 429


async def test_aliases_cost_as_much_as_the_fields_they_name(limited: Limited) -> None:
    many = " ".join(f"a{n}: products(first: 10) {{ nodes {{ title }} }}" for n in range(10))
    async with limited(address_cost="100000/3600") as site, site.at("203.0.113.1") as client:
        cost = await cost_of(client)
    async with (
        limited(address_cost=f"{9 * cost}/36000") as site,
        site.at("203.0.113.1") as client,
    ):
        refused = await client.post("/graphql", json={"query": f"{{ {many} }}"})
        assert refused.status_code == 429
        assert "at the most" in refused.json()["errors"][0]["message"]


async def test_answers_that_are_kept_cost_as_much(limited: Limited) -> None:
    get: dict[str, Any] = {"method": "GET", "url": "/graphql", "params": QUERY}
    async with limited(address_cost="100000/3600") as site, site.at("203.0.113.1") as client:
        cost = await cost_of(client)
    async with (
        limited(address_cost=f"{4 * cost}/36000") as site,
        site.at("203.0.113.1") as client,
    ):
        assert await statuses(client, 6, **get) == [200] * 4 + [429] * 2
    async with limited(address="4/3600") as site, site.at("203.0.113.1") as client:
        assert await statuses(client, 6, **get) == [200] * 4 + [429] * 2
        refused = await client.request(**get)
        assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_operations_that_fail_are_requests_all_the_same(limited: Limited) -> None:
    async with limited(address="3/3600") as site, site.at("203.0.113.1") as client:
        wrong = {"method": "POST", "url": "/graphql", "json": {"query": "{ no such"}}
        assert await statuses(client, 4, **wrong) == [200, 200, 200, 429]


async def test_a_key_is_no_user_and_a_user_no_key(
    limited: Limited, ctx: Context, token: SignIn, api_key: SignIn
) -> None:
    user, machine = bearer(await token(ctx, PRODUCT_READ)), bearer(await api_key(ctx, PRODUCT_READ))
    async with limited(user="9/900", api_key="5/500", api_key_cost="9000/900") as site:
        async with site.at("203.0.113.1", **machine) as client:
            asked = await client.post("/graphql", json=QUERY)
            assert asked.headers["ratelimit-policy"] == (
                '"api-key";q=5;w=500, "api-key-cost";q=9000;w=900;qu="cost"'
            )
            assert asked.headers["ratelimit"].startswith('"api-key";r=4;t=100, "api-key-cost";r=')
            found = await statuses(client, 5)
            assert found == [200] * 4 + [429]
            assert (await client.get(SEARCH)).json()["policy"] == "api-key"
        async with site.at("203.0.113.1", **user) as client:
            told = (await client.get(SEARCH)).headers["ratelimit"]
            assert told == '"user";r=8;t=100'


async def test_wrong_keys_are_counted_by_address_alone(
    limited: Limited, ctx: Context, api_key: SignIn
) -> None:
    right = await api_key(ctx, PRODUCT_READ)
    wrong = right[:-1] + ("1" if right[-1] == "0" else "0")
    async with limited(address="3/3600", api_key="2/3600") as site:
        async with site.at("203.0.113.1", **bearer(wrong)) as client:
            assert await statuses(client, 4) == [401] * 3 + [429]
        async with site.at("203.0.113.2", **bearer(right)) as client:
            assert await statuses(client, 3) == [200, 200, 429], "the key itself was not charged"


async def test_nothing_runs_of_what_is_refused(
    limited: Limited, ctx: Context, signing_in: tuple[str, SignIn]
) -> None:
    kind, sign_in = signing_in
    staff = bearer(await sign_in(ctx, "product:create", "product:read"))
    made = {
        "query": 'mutation { productCreate(input: {title: "Lamp"}) { userErrors { code } } }',
    }
    async with (
        limited(**{f"{kind}_cost": "1/3600"}) as site,
        site.at("203.0.113.1", **staff) as client,
    ):
        assert (await client.post("/graphql", json=made)).status_code == 429
        assert (await client.get("/api/v1/admin/products")).json()["data"] == []


async def test_pages_are_requests_and_say_so_to_people(limited: Limited) -> None:
    async with limited(address="1/3600") as site:
        async with site.at("203.0.113.1", accept="text/html") as client:
            assert (await client.get("/")).status_code == 200
            refused = await client.get("/")
        assert refused.status_code == 429
        assert refused.headers["content-type"].startswith("text/html")
        assert "retry-after" in refused.headers


async def test_refusals_are_counted_by_limit(limited: Limited) -> None:
    async with limited(address="1/3600") as site, site.at("203.0.113.1") as client:
        assert await statuses(client, 4) == [200, 429, 429, 429]
        async with site.at("127.0.0.1") as reader:
            text = (await reader.get("http://localhost/metrics")).text
        assert 'rustok_rate_limit_refused_total{policy="address"} 3.0' in text
        assert "rustok_rate_limit_subjects 1.0" in text
