"""What is public carries a tag and an age; everything else is nobody else's."""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from urllib.parse import urlencode

import httpx
import pytest

from rustok.commerce.permissions import PRODUCT_READ
from rustok.core.context import Context, TenantRef
from rustok.core.host import Host
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantUpdate
from rustok.testing.http import SignIn, bearer
from tests.responses.conftest import TITLES, Shop, is_public

Settle = Callable[[], Awaitable[None]]
STORE = "rustok_graphql_public_responses_total"


def address(query: str = TITLES, **more: str) -> str:
    return f"/graphql?{urlencode({'query': query, **more})}"


async def counted(client: httpx.AsyncClient, result: str) -> float:
    """How many public queries named Titles came to this."""
    lines = (await client.get("http://localhost/metrics")).text.splitlines()
    wanted = f'{STORE}{{operation="Titles",result="{result}"}} '
    return sum(float(line.removeprefix(wanted)) for line in lines if line.startswith(wanted))


async def test_a_public_query_by_get_may_be_kept_by_everyone(shop: Shop) -> None:
    first = await shop.client.get(address())
    again = await shop.client.get(address())
    assert first.content == again.content
    assert first.headers["etag"] == again.headers["etag"]
    assert first.headers["etag"].startswith('"')
    assert first.headers["cache-control"] == "public, max-age=2"
    vary = {name.strip() for name in first.headers["vary"].split(",")}
    assert {"accept", "accept-language", "authorization", "host", "rustok-after"} <= vary
    assert (await counted(shop.client, "miss"), await counted(shop.client, "hit")) == (1, 1)


async def test_who_has_the_answer_gets_304(shop: Shop, settle: Settle) -> None:
    tag = (await shop.client.get(address())).headers["etag"]
    for given in (tag, f'"other", W/{tag}', "*"):
        unchanged = await shop.client.get(address(), headers={"if-none-match": given})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert unchanged.headers["etag"] == tag
    await shop.rename("Version 1")
    await settle()
    changed = await shop.client.get(address(), headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_a_post_is_kept_here_but_by_nobody_between(shop: Shop) -> None:
    answers = [await shop.ask() for _ in range(2)]
    assert [answer.headers["cache-control"] for answer in answers] == ["no-store"] * 2
    assert answers[0].content == answers[1].content
    assert (await shop.ask(**{"if-none-match": answers[0].headers["etag"]})).status_code == 200
    assert (await counted(shop.client, "miss"), await counted(shop.client, "hit")) == (1, 2)


async def test_the_same_plan_is_run_once_however_it_is_sent(shop: Shop) -> None:
    await shop.client.get(address())
    await shop.ask()
    await shop.client.post("/graphql", json={"operationName": "Titles", "query": TITLES})
    assert await counted(shop.client, "miss") == 1


async def test_those_who_ask_at_once_wait_for_one_run(shop: Shop) -> None:
    answers = await asyncio.gather(*(shop.ask() for _ in range(20)))
    assert len({answer.content for answer in answers}) == 1
    assert await counted(shop.client, "miss") == 1


@pytest.mark.parametrize(
    "query",
    [
        "{ version }",
        "{ tenant { name } }",
        "{ categories { title } }",
        "{ products(first: 1) { totalCount nodes { title } } }",
        "{ products(first: 1) { nodes { title } } version }",
        '{ product(handle: "x") { title } me { user { id } } }',
        "{ __schema { queryType { name } } }",
        "{ unknown }",
        "{ products(first: -1) { nodes { title } } }",
        '{ products(after: "garbage") { nodes { title } } }',
    ],
)
async def test_what_is_live_or_wrong_is_kept_by_nobody(shop: Shop, query: str) -> None:
    for answer in (await shop.ask(query), await shop.client.get(address(query))):
        assert not is_public(answer)
        assert answer.headers["cache-control"] == "no-store"


async def test_callers_with_a_token_are_answered_for_themselves(
    shop: Shop, ctx: Context, token: SignIn
) -> None:
    await shop.titles()
    for caller in (await token(ctx), await token(ctx, PRODUCT_READ)):
        answer = await shop.client.get(address(), headers=bearer(caller))
        assert not is_public(answer)
        assert answer.headers["cache-control"] == "no-store"
    invalid = await shop.client.get(address(), headers=bearer("forged"))
    assert invalid.status_code == 401


async def test_languages_and_media_types_are_told_apart(shop: Shop) -> None:
    german = await shop.client.get(address(), headers={"accept-language": "de"})
    named = await shop.client.get(address(locale="de"))
    english = await shop.client.get(address())
    graphql = {"accept": "application/graphql-response+json"}
    other = await shop.client.get(address(), headers=graphql)
    assert "Bergsee-Tasse" in german.text
    assert german.content == named.content != english.content
    assert other.headers["content-type"].startswith("application/graphql-response+json")
    assert len({each.headers["etag"] for each in (german, english, other)}) == 3


async def test_tenants_have_nothing_in_common(shop: Shop, other_tenant: TenantRef) -> None:
    assert await shop.titles() == ["Version 0"]
    host = {"host": f"{other_tenant.slug}.localhost"}
    for _ in range(2):
        assert await shop.titles(**host) == []
    assert await shop.titles() == ["Version 0"]
    both = await shop.ask(**{"x-tenant-id": other_tenant.slug})
    assert both.json()["code"] == "TENANT_CONFLICT"


async def test_a_module_switched_off_is_off_at_once(
    shop: Shop, host: Host, ctx: Context, settle: Settle
) -> None:
    service = host.get(TenantService)
    assert await shop.titles() == ["Version 0"]
    for name in [m.name for m in host.modules if "commerce" in m.requires] + ["commerce"]:
        await service.disable_module(ctx, name)
    await settle()
    assert (await shop.ask()).json()["errors"][0]["extensions"]["code"] == "MODULE_DISABLED"
    await service.enable_module(ctx, "commerce")
    await settle()
    assert await shop.titles() == ["Version 0"]


async def test_a_tenant_that_changes_is_looked_at_again(
    shop: Shop, host: Host, ctx: Context, settle: Settle
) -> None:
    german = {"accept-language": "de"}
    assert await shop.titles(**german) == ["Bergsee-Tasse"]
    await host.get(TenantService).update(ctx, TenantUpdate(locales=("en",)))
    await settle()
    assert await shop.titles(**german) == ["Version 0"]


async def test_a_write_is_read_by_who_names_its_position(shop: Shop, settle: Settle) -> None:
    assert await shop.titles() == ["Version 0"]
    after = {"rustok-after": await shop.rename("Version 1")}
    await settle()
    for _ in range(3):
        assert await shop.titles(**after) == ["Version 1"]
    assert await counted(shop.client, "miss") == 2


async def test_a_position_that_nobody_gave_out_is_answered_uncached(shop: Shop) -> None:
    await shop.titles()
    answer = await shop.ask(**{"rustok-after": "999999"})
    assert not is_public(answer)


async def test_persisted_queries_are_learnt_and_kept(shop: Shop) -> None:
    digest = sha256(TITLES.encode()).hexdigest()
    named = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}}
    unknown = await shop.client.post("/graphql", json=named)
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    await shop.titles()
    for body in ({**named, "query": TITLES}, named, named):
        answer = await shop.client.post("/graphql", json=body)
        assert is_public(answer)
    assert await counted(shop.client, "miss") == 1
