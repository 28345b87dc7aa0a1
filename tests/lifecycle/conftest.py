"""A platform with two more modules, which fail when a test wants them to."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import msgspec
import pytest

from rustok.app.asgi import asgi
from rustok.app.bootstrap import open_host
from rustok.core.context import TenantRef
from rustok.core.host import Host
from rustok.core.modules.manifest import Module
from rustok.core.modules.registry import Modules
from rustok.core.tenants import TenantDirectory
from rustok.testing.databases import SECRET, TestDatabase
from rustok.testing.http import client_of
from tests.lifecycle import ailing

Platform = Callable[..., AbstractAsyncContextManager[Host]]


@pytest.fixture(autouse=True)
def well() -> Iterator[None]:
    """Nothing ails before a test, or after it."""
    ailing.WORSE.clear()
    ailing.CALLS.clear()
    yield
    ailing.WORSE.clear()


@pytest.fixture
def platform(database: TestDatabase) -> Platform:
    """`async with platform() as host`: every installed module, and the ailing or given ones."""

    @asynccontextmanager
    async def start(
        *more: Module, disabled_modules: tuple[str, ...] = (), workers: bool = True
    ) -> AsyncIterator[Host]:
        chosen = {module.name: module for module in database.modules}
        chosen |= {module.name: module for module in more or (ailing.CLINIC, ailing.WARD)}
        modules = Modules(chosen.values())
        settings = msgspec.structs.replace(
            database.config.platform, disabled_modules=disabled_modules
        )
        sections = {**database.config.sections, "": settings}
        config = msgspec.structs.replace(database.config, platform=settings, sections=sections)
        async with open_host(config, modules, database.urls, SECRET, workers=workers) as host:
            yield host

    return start


@asynccontextmanager
async def visited(host: Host, tenant: TenantRef) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a host's application."""
    await host.get(TenantDirectory).by_id(tenant.id)
    async with client_of(asgi(host), tenant) as client:
        yield client
