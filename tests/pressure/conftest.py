"""The application with small capacities, so that a few products are a flood."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import httpx
import msgspec
import pytest

from rustok.app.asgi import asgi
from rustok.app.bootstrap import open_host
from rustok.app.pressure.settings import BackPressureSettings
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import ProductCreate
from rustok.core.context import Context, TenantRef
from rustok.core.host import Host
from rustok.testing.databases import SECRET, TestDatabase

SETTINGS = BackPressureSettings(tenant_capacity=20, capacity=30, look_seconds=0.1)
PRODUCTS = "/api/v1/admin/products"
Flood = Callable[[Context, int], Awaitable[None]]


@asynccontextmanager
async def pressed(database: TestDatabase) -> AsyncIterator[Host]:
    """A host with the small capacities."""
    sections = {**database.config.sections, "back_pressure": SETTINGS}
    config = msgspec.structs.replace(database.config, sections=sections)
    async with open_host(config, database.modules, database.urls, SECRET, workers=True) as host:
        yield host


@pytest.fixture
async def host(database: TestDatabase) -> AsyncIterator[Host]:
    """The host of all other fixtures."""
    async with pressed(database) as found:
        yield found


@pytest.fixture
async def web(host: Host) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole application."""
    transport = httpx.ASGITransport(asgi(host))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as found:
        yield found


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection."""
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close()


@pytest.fixture
def flood(host: Host, owner: asyncpg.Connection) -> Flood:
    """`await flood(ctx, 17)`: the platform itself adds at least so many events of the tenant."""

    async def add(ctx: Context, events: int) -> None:
        count = "SELECT count(*) FROM sys_events WHERE tenant_id = $1"
        before = await owner.fetchval(count, ctx.tenant.id)
        while await owner.fetchval(count, ctx.tenant.id) < before + events:
            await host.get(ProductService).create(ctx, ProductCreate(title="Lamp"))

    return add


def of(tenant: TenantRef, token: str | None = None) -> dict[str, str]:
    """The headers of a request to the tenant."""
    headers = {"x-tenant-id": tenant.slug}
    return headers if token is None else {**headers, "authorization": f"Bearer {token}"}
