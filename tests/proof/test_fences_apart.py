"""Two fences keep tenants apart: each alone, with the other removed, leaks nothing."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import httpx
import pytest

from rustok.app.asgi import asgi
from rustok.app.bootstrap import open_host
from rustok.app.workers import all_workers
from rustok.core.context import system_context
from rustok.core.host import Host
from rustok.core.modules.registry import Modules
from rustok.core.sql import Query
from rustok.core.sql.discover import queries
from rustok.core.sql.hot import create_functions
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantCreate
from rustok.testing.databases import SECRET, TestDatabase
from tests.api.callers import Caller, administrator

OWN_FILTER = re.compile(r"(?<!\w)(\w+\.)?tenant_id = :tenant_id")
CANARY = "Canary of the second tenant"
READS = (
    "/store/products?facets=true&total=true",
    "/store/products?q=canary",
    "/store/products/canary-of-the-second-tenant",
    "/store/categories",
    "/store/collections",
    "/admin/products",
    "/admin/locations",
    "/admin/users",
    "/admin/roles",
    "/admin/tenant",
    "/admin/modules",
)


def unfiltered(query: Query[Any]) -> Query[Any]:
    """The query as if somebody had forgotten its tenant."""
    params = dict(query.params)
    text = OWN_FILTER.sub("true", query.text)
    return Query(text, query.result, hot=query.hot, **params)


@pytest.fixture
def forgetful(modules: Modules) -> Iterator[list[Query[Any]]]:
    """Every query of every module without its own filter, until the test is over."""
    changed: list[tuple[Query[Any], dict[str, Any]]] = []
    for _, query in queries(modules):
        if OWN_FILTER.search(query.text):
            changed.append((query, dict(vars(query))))
            vars(query).update(vars(unfiltered(query)))
    assert len(changed) > 20
    yield [query for query, _ in changed]
    for query, before in changed:
        vars(query).update(before)


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection."""
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close()


async def two_shops(host: Host, web: httpx.AsyncClient) -> tuple[Caller, dict[str, str]]:
    """The first tenant's administrator, and what the second tenant has: ids and canaries."""
    service = host.get(TenantService)
    first = await service.create(TenantCreate(slug="acme", name="Acme"))
    second = await service.create(TenantCreate(slug="other", name=CANARY))
    admin = await administrator(web, host, system_context(first))
    theirs = await administrator(web, host, system_context(second))
    given = {"title": CANARY, "status": "active", "variants": [{"sku": "CANARY-SKU"}]}
    product = (await theirs.rest("POST", "/admin/products", given)).json()
    category = (await theirs.rest("POST", "/admin/categories", {"title": CANARY})).json()
    collection = (await theirs.rest("POST", "/admin/collections", {"title": CANARY})).json()
    return admin, {
        "product": product["id"],
        "variant": product["variants"][0]["id"],
        "category": category["id"],
        "collection": collection["id"],
    }


def assert_clean(text: str) -> None:
    """Nothing of the second tenant is in it."""
    for canary in (CANARY, "CANARY-SKU", "@other.example"):
        assert canary not in text, text


async def assert_apart(host: Host, web: httpx.AsyncClient) -> None:
    """Reads everything as the first tenant, tries to change the second's things, sees nothing."""
    admin, theirs = await two_shops(host, web)
    await all_workers(host).settle()
    for path in READS:
        answer = await admin.rest("GET", path)
        assert_clean(answer.text)
    for path in (f"/store/products/{theirs['product']}", f"/admin/products/{theirs['product']}"):
        assert (await admin.rest("GET", path)).status_code == 404
    found = await admin.raw(
        "{ products { nodes { title } } categories { title } me { user { id } } }"
    )
    assert_clean(found.text)
    for method, path, body in (
        ("PATCH", f"/admin/products/{theirs['product']}", {"title": "Mine"}),
        ("POST", f"/admin/products/{theirs['product']}/publish", None),
        ("DELETE", f"/admin/products/{theirs['product']}", None),
        ("PATCH", f"/admin/variants/{theirs['variant']}", {"sku": "MINE"}),
        ("PATCH", f"/admin/categories/{theirs['category']}", {"title": "Mine"}),
        ("DELETE", f"/admin/categories/{theirs['category']}", None),
        ("DELETE", f"/admin/collections/{theirs['collection']}", None),
        ("POST", "/admin/products", {"title": "x", "category": theirs["category"]}),
    ):
        answer = await admin.rest(method, path, body)
        assert answer.status_code in {404, 422}, (method, path, answer.text)
    await all_workers(host).settle()
    kept = await Caller(web, "other").rest("GET", f"/store/products/{theirs['product']}")
    assert kept.json()["title"] == CANARY


def client(host: Host) -> httpx.AsyncClient:
    """A client of the whole application."""
    transport = httpx.ASGITransport(asgi(host), raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def test_row_level_security_alone_leaks_nothing(
    database: TestDatabase, owner: asyncpg.Connection, forgetful: list[Query[Any]]
) -> None:
    await create_functions(owner, forgetful)
    async with (
        open_host(database.config, database.modules, database.urls, SECRET, workers=True) as host,
        client(host) as web,
    ):
        await assert_apart(host, web)


async def test_the_queries_own_filters_alone_leak_nothing(
    database: TestDatabase, owner: asyncpg.Connection
) -> None:
    tables = await owner.fetch("""
        SELECT relname FROM pg_class
        WHERE relrowsecurity AND relnamespace = 'public'::regnamespace
    """)
    assert len(tables) > 15
    for table in tables:
        await owner.execute(f'ALTER TABLE "{table["relname"]}" DISABLE ROW LEVEL SECURITY')
    async with (
        open_host(database.config, database.modules, database.urls, SECRET, workers=True) as host,
        client(host) as web,
    ):
        await assert_apart(host, web)


async def test_with_both_fences_removed_the_canary_is_seen(
    database: TestDatabase, owner: asyncpg.Connection, forgetful: list[Query[Any]]
) -> None:
    """The proof can fail: without any fence it does."""
    await create_functions(owner, forgetful)
    for table in await owner.fetch("SELECT relname FROM pg_class WHERE relrowsecurity"):
        await owner.execute(f'ALTER TABLE "{table["relname"]}" DISABLE ROW LEVEL SECURITY')
    async with (
        open_host(database.config, database.modules, database.urls, SECRET, workers=True) as host,
        client(host) as web,
    ):
        with pytest.raises(AssertionError):
            await asyncio.wait_for(assert_apart(host, web), timeout=60)
