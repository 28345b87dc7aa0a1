"""What is refused while events wait, what goes on, and how it ends: with real stalls of workers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from rustok.app.pressure.watch import PressureWatch
from rustok.app.workers import all_workers
from rustok.auth.service import ApiKeyService, UserService
from rustok.auth.types import API_KEY_ID, ApiKeyFilter, NewUser
from rustok.core.context import Context, TenantRef
from rustok.core.host import Host
from rustok.testing.databases import TestDatabase
from rustok.testing.http import PASSWORD, SignIn
from tests.pressure.conftest import PRODUCTS, SETTINGS, Flood, of, pressed

LAMP = {"title": "Lamp"}
KEYS = "/api/v1/admin/api-keys"
CREATE = 'mutation { productCreate(input: {title: "Lamp"}) { userErrors { code } } }'
ENTRIES = """
    SELECT details ->> 'from' AS before, details ->> 'to' AS now FROM sys_operations
    WHERE kind = 'back_pressure' AND subject = $1 ORDER BY id
"""


FEWER = """
    DELETE FROM sys_events WHERE insert_order IN (
        SELECT insert_order FROM sys_events ORDER BY insert_order LIMIT $1)
"""


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Waits until it holds."""
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110  # the database tells nobody
            await asyncio.sleep(0.02)


async def level(host: Host, ctx: Context | None = None) -> str:
    """The level of the tenant, or of the platform, as this process sees it now."""
    watch = host.get(PressureWatch)
    await watch.look()
    reading = watch.reading
    return reading.total.level if ctx is None else reading.of(ctx.tenant.id).level


async def reaches(host: Host, wanted: str, ctx: Context | None = None) -> None:
    """Waits until the level is this."""

    async def is_there() -> bool:
        return await level(host, ctx) == wanted

    await until(is_there)


async def changes(owner: asyncpg.Connection, subject: str) -> list[tuple[str, str]]:
    """The entries of the log of operations about the subject."""
    return [(row["before"], row["now"]) for row in await owner.fetch(ENTRIES, subject)]


async def graphql(web: httpx.AsyncClient, query: Any, headers: dict[str, str]) -> httpx.Response:
    body = query if isinstance(query, list) else {"query": query}
    return await web.post("/graphql", json=body, headers=headers)


async def customer(host: Host, ctx: Context) -> str:
    """The email address of a new customer."""
    email = f"{uuid4().hex}@example.org"
    user = NewUser(email=email, password=PASSWORD, name="Ada", roles=("customer",))
    await host.get(UserService).create(ctx, user)
    return email


async def signs_in_and_out(web: httpx.AsyncClient, tenant: TenantRef, email: str) -> None:
    """By REST, with a refresh, and by GraphQL."""
    given = {"email": email, "password": PASSWORD}
    signed_in = await web.post("/api/v1/auth/login", json=given, headers=of(tenant))
    assert signed_in.is_success, signed_in.text
    again = {"refreshToken": signed_in.json()["refreshToken"]}
    renewed = await web.post("/api/v1/auth/refresh", json=again, headers=of(tenant))
    assert renewed.is_success, renewed.text
    leaving = of(tenant, renewed.json()["accessToken"])
    assert (await web.post("/api/v1/auth/logout", headers=leaving)).status_code == 204
    login = (
        f'mutation {{ sessionCreate(input: {{email: "{email}", password: "{PASSWORD}"}})'
        " { session { id } userErrors { code } } }"
    )
    answer = await graphql(web, login, of(tenant))
    assert answer.json()["data"]["sessionCreate"]["session"], answer.text


async def test_a_tenant_whose_events_wait_may_not_write_and_everything_else_goes_on(
    host: Host,
    web: httpx.AsyncClient,
    owner: asyncpg.Connection,
    ctx: Context,
    other_ctx: Context,
    token: SignIn,
    flood: Flood,
) -> None:
    rights = ("product:create", "product:read", "module:update", "tenant:read")
    staff = of(ctx.tenant, await token(ctx, *rights))
    others = of(other_ctx.tenant, await token(other_ctx, *rights))
    ada = await customer(host, ctx)
    await all_workers(host).settle()
    assert (await web.post(PRODUCTS, json=LAMP, headers=staff)).status_code == 201
    await flood(ctx, 17)
    await reaches(host, "critical", ctx)
    before = await owner.fetchval("SELECT count(*) FROM sys_events")

    refused = await web.post(PRODUCTS, json=LAMP, headers=staff)
    assert refused.status_code == 503
    assert refused.json()["code"] == "BACK_PRESSURE"
    assert refused.json()["scope"] == "tenant"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    answer = await graphql(web, CREATE, staff)
    assert answer.status_code == 503
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "BACK_PRESSURE"
    assert error["extensions"]["retryAfter"] == int(answer.headers["retry-after"])
    batch = [{"query": CREATE}, {"query": "{ __typename }"}, {"query": CREATE}]
    assert (await graphql(web, batch, staff)).status_code == 503
    assert await owner.fetchval("SELECT count(*) FROM sys_events") == before
    assert host.get(PressureWatch).shed["tenant"] == 3

    assert (await web.get(PRODUCTS, headers=staff)).status_code == 200
    assert (await graphql(web, "{ products(first: 1) { nodes { id } } }", staff)).is_success
    await signs_in_and_out(web, ctx.tenant, ada)
    switched = await web.put("/api/v1/admin/modules/commerce", headers=staff)
    assert switched.is_success, switched.text
    assert (await web.post(PRODUCTS, json=LAMP, headers=others)).status_code == 201

    await all_workers(host).settle()
    await reaches(host, "normal", ctx)
    assert (await web.post(PRODUCTS, json=LAMP, headers=staff)).status_code == 201
    told = await changes(owner, str(ctx.tenant.id))
    assert told[0][0] == told[-1][1] == "normal"
    assert ("critical" in [now for _, now in told]) is True
    assert [one[1] for one in told[:-1]] == [other[0] for other in told[1:]]


async def test_a_machine_waits_too_and_its_key_is_revoked_meanwhile(
    host: Host,
    web: httpx.AsyncClient,
    ctx: Context,
    token: SignIn,
    api_key: SignIn,
    flood: Flood,
) -> None:
    rights = ("product:create", "product:read")
    operator = of(ctx.tenant, await token(ctx, "api-key:create", "api-key:revoke", *rights))
    machine = of(ctx.tenant, await api_key(ctx, *rights))
    (listed,) = (await host.get(ApiKeyService).list(ctx, ApiKeyFilter())).items
    key = API_KEY_ID.text(listed.id)
    await flood(ctx, 17)
    await reaches(host, "critical", ctx)

    assert (await web.post(PRODUCTS, json=LAMP, headers=machine)).status_code == 503
    assert (await web.get(PRODUCTS, headers=machine)).status_code == 200
    more = {"name": "More", "permissions": ["product:read"]}
    assert (await web.post(KEYS, json=more, headers=operator)).status_code == 503
    assert (await web.delete(f"{KEYS}/{key}", headers=operator)).status_code == 200
    assert (await web.get(PRODUCTS, headers=machine)).status_code == 401


async def test_a_consumer_that_is_held_presses_and_lets_go(
    host: Host,
    web: httpx.AsyncClient,
    owner: asyncpg.Connection,
    ctx: Context,
    token: SignIn,
    flood: Flood,
) -> None:
    staff = of(ctx.tenant, await token(ctx, "product:create"))
    workers = all_workers(host)
    await flood(ctx, 1)
    await workers.settle()
    stopping = asyncio.Event()
    async with owner.transaction():
        held = await owner.fetch(
            "SELECT FROM sys_cursors WHERE tenant_id = $1 FOR UPDATE", ctx.tenant.id
        )
        assert held
        working = asyncio.create_task(workers.run(stopping))
        await flood(ctx, 17)
        await reaches(host, "critical", ctx)
        assert (await web.post(PRODUCTS, json=LAMP, headers=staff)).status_code == 503

        async def all_sequenced() -> bool:
            waiting = "SELECT count(*) FROM sys_events WHERE position IS NULL"
            return bool(await owner.fetchval(waiting) == 0)

        await until(all_sequenced)
        assert await level(host, ctx) == "critical"
    await reaches(host, "normal", ctx)
    assert (await web.post(PRODUCTS, json=LAMP, headers=staff)).status_code == 201
    stopping.set()
    await working


async def test_when_all_tenants_together_are_too_many_nobody_writes(
    host: Host,
    web: httpx.AsyncClient,
    ctx: Context,
    other_ctx: Context,
    token: SignIn,
    flood: Flood,
) -> None:
    staff = of(ctx.tenant, await token(ctx, "product:create"))
    await all_workers(host).settle()
    await flood(ctx, 13)
    await flood(other_ctx, 13)
    await reaches(host, "critical")
    assert await level(host, ctx) == "warning"
    refused = await web.post(PRODUCTS, json=LAMP, headers=staff)
    assert refused.status_code == 503
    assert refused.json()["scope"] == "platform"
    text = (await web.get("/metrics")).text
    assert "rustok_back_pressure_state 2.0" in text
    assert 'rustok_back_pressure_capacity{scope="platform"} 30.0' in text
    assert 'rustok_back_pressure_shed_total{scope="platform"} 1.0' in text
    assert 'rustok_back_pressure_tenants{level="warning"} 2.0' in text
    checks = (await web.get("/health/ready")).json()
    assert checks["checks"]["back-pressure"]["status"] == "warn"


async def test_processes_agree_and_tell_a_change_once(
    database: TestDatabase,
    host: Host,
    owner: asyncpg.Connection,
    ctx: Context,
    flood: Flood,
) -> None:
    await flood(ctx, 17)
    async with pressed(database) as second, pressed(database) as third:
        hosts = (host, second, third)
        await asyncio.gather(*(reaches(one, "critical", ctx) for one in hosts))
        await all_workers(host).settle()
        await asyncio.gather(*(reaches(one, "normal", ctx) for one in hosts))
    assert await changes(owner, str(ctx.tenant.id)) == [
        ("normal", "critical"),
        ("critical", "normal"),
    ]


async def test_a_late_process_goes_on_with_the_level_of_the_others(
    database: TestDatabase, host: Host, owner: asyncpg.Connection, ctx: Context, flood: Flood
) -> None:
    await flood(ctx, 17)
    await reaches(host, "critical", ctx)
    await owner.execute(FEWER, 2)
    async with pressed(database) as late:
        await reaches(late, "critical", ctx)
        await asyncio.gather(*(host.get(PressureWatch).look() for _ in range(3)))
        assert await level(late, ctx) == "critical"


async def test_what_was_answered_is_answered_again_under_pressure(
    host: Host, web: httpx.AsyncClient, ctx: Context, token: SignIn, flood: Flood
) -> None:
    staff = of(ctx.tenant, await token(ctx, "product:create"))
    keyed = {**staff, "idempotency-key": "the-first"}
    first = await web.post(PRODUCTS, json=LAMP, headers=keyed)
    assert first.status_code == 201
    await flood(ctx, 17)
    await reaches(host, "critical", ctx)
    again = await web.post(PRODUCTS, json=LAMP, headers=keyed)
    assert again.status_code == 201
    assert again.json() == first.json()
    fresh = {**staff, "idempotency-key": "the-second"}
    assert (await web.post(PRODUCTS, json=LAMP, headers=fresh)).status_code == 503
    await all_workers(host).settle()
    await reaches(host, "normal", ctx)
    assert (await web.post(PRODUCTS, json=LAMP, headers=fresh)).status_code == 201


async def test_a_database_that_does_not_answer_changes_nothing(
    host: Host, owner: asyncpg.Connection, ctx: Context, flood: Flood
) -> None:
    await flood(ctx, 17)
    await reaches(host, "critical", ctx)
    watch = host.get(PressureWatch)
    async with owner.transaction():
        await owner.execute("LOCK TABLE sys_pressure IN ACCESS EXCLUSIVE MODE")
        looking = asyncio.create_task(watch.look())
        _, waiting = await asyncio.wait({looking}, timeout=0.3)
        assert waiting
        assert watch.reading.of(ctx.tenant.id).level == "critical"
    await looking
    assert watch.capacity == SETTINGS.both


async def test_events_of_consumers_that_are_not_installed_do_not_count(
    host: Host, owner: asyncpg.Connection, tenant: TenantRef, ctx: Context, flood: Flood
) -> None:
    await flood(ctx, 17)
    await all_workers(host).settle()
    register = "INSERT INTO sys_consumers (name, registered_at) VALUES ($1, now())"
    await owner.execute(register, "gone.mails")
    await reaches(host, "normal", ctx)
    assert host.get(PressureWatch).reading.of(tenant.id).events == 0
    await owner.execute(register, "commerce.mails")
    await reaches(host, "critical", ctx)
