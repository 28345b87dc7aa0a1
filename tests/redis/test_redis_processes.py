"""The whole platform over Redis: two processes' hosts, and a server that dies under load."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from rustok.app.asgi import asgi
from rustok.app.bootstrap import open_host
from rustok.app.redis.settings import RedisSettings
from rustok.app.settings import BadSettings, load
from rustok.app.signals import PostgresSignals
from rustok.app.web.responses.serving import PublicResponses
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import ProductUpdate
from rustok.commerce.permissions import PRODUCT_READ
from rustok.core.cache import Caches
from rustok.core.context import Context, TenantRef
from rustok.core.host import Host
from rustok.core.identity import Principals
from rustok.core.metrics import ProcessMetrics
from rustok.core.modules.registry import installed
from rustok.core.resilience import Breakers
from rustok.core.signals import Signals
from rustok.core.tenants import TenantDirectory
from rustok.rbac.service import RoleService
from rustok.rbac.types import RoleUpdate
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantUpdate
from rustok.testing.databases import SECRET, TestDatabase
from rustok.testing.http import SignIn, bearer, client_of
from rustok.testing.live import serving
from rustok.testing.plugin import Hearing
from rustok.testing.redis import RedisServer
from tests.commerce.goods import mug

Settle = Callable[[], Awaitable[None]]
TITLES = {"query": "query Titles { products(first: 5) { nodes { title } } }"}
QUIET = {"RUSTOK_REDIS__COMMAND_MILLISECONDS": "2000", "RUSTOK_REDIS__CONNECT_MILLISECONDS": "2000"}


class Process:
    """A host of its own on the test's database and on Redis, and who calls it."""

    def __init__(self, host: Host, tenant: TenantRef) -> None:
        self.host = host
        self.tenant = tenant
        self.client = client_of(asgi(host), tenant)
        self.hears = Hearing(host)

    def hits(self, cache: str) -> int:
        """What the shared level gave it."""
        wanted = f'rustok_cache_requests_total{{cache="{cache}",level="shared",result="hit"}} '
        lines = self.host.get(ProcessMetrics).text().decode().splitlines()
        return sum(int(float(line.removeprefix(wanted))) for line in lines if wanted in line)

    async def settled(self) -> None:
        """It hears signals, has heard all that were sent, and may believe what is shared."""
        shared = self.host.get(Caches)._shared
        assert shared is not None
        async with asyncio.timeout(10):
            while not shared.may_read() or shared.freshness.is_due:  # noqa: ASYNC110  # no event
                await asyncio.sleep(0.005)

    def forget(self) -> None:
        """Drops what the process itself keeps, without doubting what is shared."""
        directory, principals = self.host.get(TenantDirectory), self.host.get(Principals)
        directory._cache.purge()  # type: ignore[attr-defined]  # the module's own
        principals._cache.purge()  # type: ignore[attr-defined]  # the module's own
        self.host.get(PublicResponses)._store.drop(None)

    async def titles(self) -> list[str]:
        """The titles that anybody is told."""
        answer = await self.client.post("/graphql", json=TITLES)
        return [node["title"] for node in answer.json()["data"]["products"]["nodes"]]


@asynccontextmanager
async def process(
    database: TestDatabase, tenant: TenantRef, url: str, **variables: str
) -> AsyncIterator[Process]:
    environ = {"SECRET_KEY": SECRET, "REDIS_URL": url, **variables}
    config = load(environ, database.modules)
    async with open_host(config, database.modules, database.urls, SECRET, workers=True) as host:
        made = Process(host, tenant)
        signals = host.get(Signals)
        assert isinstance(signals, PostgresSignals)
        async with made.client, asyncio.timeout(60):
            await signals.connected.wait()
            yield made


@pytest.fixture
async def pair(
    database: TestDatabase, tenant: TenantRef, redis: RedisServer
) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes that share one Redis."""
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(process(database, tenant, redis.url, **QUIET))
        other = await stack.enter_async_context(process(database, tenant, redis.url, **QUIET))
        await one.settled()
        await other.settled()
        yield one, other


async def test_a_tenant_is_found_where_another_process_found_it_until_it_changes(
    pair: tuple[Process, Process], ctx: Context
) -> None:
    one, other = pair
    await one.host.get(TenantDirectory).by_slug(ctx.tenant.slug)
    assert await other.host.get(TenantDirectory).by_slug(ctx.tenant.slug) == ctx.tenant
    assert other.hits("tenants") == 1
    for number in range(30):
        writer, reader = (one, other) if number % 2 else (other, one)
        name = f"Acme {number}"
        await writer.host.get(TenantService).update(ctx, TenantUpdate(name=name))
        assert (await writer.host.get(TenantDirectory).by_slug(ctx.tenant.slug)).name == name
        await reader.hears.all()
        assert (await reader.host.get(TenantDirectory).by_slug(ctx.tenant.slug)).name == name
        for each in pair:
            each.forget()


async def test_what_a_user_may_do_is_shared_and_taken_away_at_once(
    pair: tuple[Process, Process], host: Host, ctx: Context, token: SignIn
) -> None:
    one, other = pair
    headers = bearer(await token(ctx, PRODUCT_READ))
    path = "/api/v1/admin/products"

    async def statuses() -> list[int]:
        answers = [await each.client.get(path, headers=headers) for each in pair]
        return [answer.status_code for answer in answers]

    for each in pair:
        await each.hears.all()
        await each.settled()
    async with asyncio.timeout(20):
        while not other.hits("grants"):
            one.forget()
            other.forget()
            assert await statuses() == [200, 200]
    role = next(role for role in await host.get(RoleService).roles(ctx) if not role.built_in)
    await host.get(RoleService).update(ctx, role.name, RoleUpdate(permissions=()))
    for each in pair:
        await each.hears.all()
    assert await statuses() == [403, 403]


async def test_an_answer_for_everyone_is_made_once_for_all_processes_until_it_changes(
    pair: tuple[Process, Process], host: Host, ctx: Context, settle: Settle
) -> None:
    _, other = pair
    made = await host.get(ProductService).create(ctx, mug(title="Version 0"))
    for number in range(1, 6):
        title = f"Version {number}"
        await host.get(ProductService).update(ctx, made.product.id, ProductUpdate(title=title))
        await settle()
        for each in pair:
            await each.hears.all()
        before = other.hits("responses")
        async with asyncio.timeout(20):
            while number < 3 and other.hits("responses") == before:
                for each in pair:
                    assert await each.titles() == [title]
                    each.forget()
                await asyncio.sleep(0.02)
        for each in pair:
            assert await each.titles() == [title]


async def test_redis_dies_freezes_and_comes_back_under_load_and_no_request_fails(
    database: TestDatabase,
    host: Host,
    ctx: Context,
    settle: Settle,
    token: SignIn,
    redis: RedisServer,
) -> None:
    """With the limits of a real installation; what the processes keep is dropped all along."""
    await host.get(ProductService).create(ctx, mug(title="Version 0"))
    headers = bearer(await token(ctx, PRODUCT_READ))
    await settle()
    done = asyncio.Event()
    statuses: list[int] = []

    async def load(each: Process) -> None:
        while not done.is_set():
            each.forget()
            answers = (
                await each.client.post("/graphql", json=TITLES),
                await each.client.get("/api/v1/admin/products", headers=headers),
                await each.client.get("/api/v1/store/tenant"),
            )
            assert answers[0].json()["data"]["products"]["nodes"] == [{"title": "Version 0"}]
            statuses.extend(answer.status_code for answer in answers)

    async def more(requests: int) -> None:
        """Waits for so many more requests."""
        wanted = len(statuses) + requests
        async with asyncio.timeout(30):
            while len(statuses) < wanted:  # noqa: ASYNC110  # whichever process answers
                await asyncio.sleep(0.01)

    async with (
        process(database, ctx.tenant, redis.url) as one,
        process(database, ctx.tenant, redis.url) as other,
    ):
        loads = [asyncio.create_task(load(each)) for each in (one, other) for _ in range(4)]
        await more(100)
        for _ in range(3):
            await redis.kill()
            await more(60)
            await redis.start()
            _close_breakers(one, other)
            await more(60)
            redis.freeze()
            await more(60)
            redis.thaw()
            _close_breakers(one, other)
            await more(60)
        done.set()
        await asyncio.gather(*loads)
        opened = [each.host.get(Breakers).named("redis").opened for each in (one, other)]
    assert set(statuses) == {200}
    assert min(opened) > 0


def _close_breakers(*processes: Process) -> None:
    """As if thirty seconds had passed, and two calls succeeded."""
    for each in processes:
        each.host.get(Breakers).named("redis")._circuit._close()


async def test_a_server_starts_and_serves_without_the_redis_it_was_given(
    database: TestDatabase, tenant: TenantRef, tmp_path: Path
) -> None:
    nobody = {"REDIS_URL": "redis://127.0.0.1:1/0"}
    async with serving(database, tmp_path / "home", also=nobody) as live:
        async with httpx.AsyncClient() as client:
            for _ in range(8):
                answer = await client.get(f"{live.tenant_url(tenant.slug)}/api/v1/store/tenant")
                assert answer.status_code == 200
            ready = await client.get(f"{live.url}/health/ready")
        assert (ready.status_code, ready.json()["degraded"]) == (200, True)
        told = await live.rustok("health")
    assert told.code == 0
    assert "FAIL  redis" in told.output


def test_a_url_of_something_else_ends_the_start() -> None:
    with pytest.raises(BadSettings, match="REDIS_URL begins with redis://"):
        load({"REDIS_URL": "http://127.0.0.1:6379"}, installed())


def test_settings_of_redis_are_read() -> None:
    config = load({"RUSTOK_REDIS__CONNECTIONS": "3"}, installed())
    assert config.sections["redis"] == msgspec.structs.replace(RedisSettings(), connections=3)
