"""The whole application in process with its workers, two tenants and their administrators."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from rustok.app.asgi import asgi
from rustok.app.workers import all_workers
from rustok.core.context import Context, TenantRef
from rustok.core.host import Host
from tests.api.callers import Caller, administrator


@pytest.fixture
async def web(host: Host) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole application."""
    transport = httpx.ASGITransport(asgi(host), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as found:
        yield found


@pytest.fixture
async def working(host: Host) -> AsyncIterator[None]:
    """The sequencer and the consumers run, as in `rustok run`."""
    stopping = asyncio.Event()
    workers = asyncio.create_task(all_workers(host).run(stopping))
    yield
    stopping.set()
    await workers


@pytest.fixture
async def admin(web: httpx.AsyncClient, host: Host, ctx: Context) -> Caller:
    """The first tenant's administrator."""
    return await administrator(web, host, ctx)


@pytest.fixture
async def other_admin(web: httpx.AsyncClient, host: Host, other_ctx: Context) -> Caller:
    """The second tenant's administrator."""
    return await administrator(web, host, other_ctx)


@pytest.fixture
def visitor(web: httpx.AsyncClient, tenant: TenantRef) -> Caller:
    """Anybody, in the first tenant's shop."""
    return Caller(web, tenant.slug)


@pytest.fixture
def other_visitor(web: httpx.AsyncClient, other_tenant: TenantRef) -> Caller:
    """Anybody, in the second tenant's shop."""
    return Caller(web, other_tenant.slug)
