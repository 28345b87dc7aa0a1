"""The whole application in process, with limits of a test's own choice."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest

from rustok.app.asgi import asgi
from rustok.app.bootstrap import open_host
from rustok.app.limits.settings import RateLimitSettings
from rustok.core.context import TenantRef
from rustok.core.host import Host
from rustok.testing.databases import SECRET, TestDatabase

Limited = Callable[..., AbstractAsyncContextManager["Site"]]


class Site:
    """An application with limits, on the tenant's host unless headers say otherwise."""

    def __init__(self, host: Host, tenant: TenantRef) -> None:
        self.host = host
        self.app = asgi(host)
        self._tenant = tenant

    def at(self, address: str, **headers: str) -> httpx.AsyncClient:
        """A client with this address."""
        transport = httpx.ASGITransport(app=self.app, client=(address, 4711))
        base = f"http://{self._tenant.slug}.localhost"
        return httpx.AsyncClient(transport=transport, base_url=base, headers=headers)


@pytest.fixture
def limited(database: TestDatabase, tenant: TenantRef) -> Limited:
    """`async with limited(address="5/60") as site:`."""

    @asynccontextmanager
    async def open_site(
        *,
        trusted_proxies: tuple[str, ...] = (),
        env: str = "development",
        redis_url: str | None = None,
        **settings: Any,
    ) -> AsyncIterator[Site]:
        platform = msgspec.structs.replace(
            database.config.platform,
            trusted_proxies=trusted_proxies,
            env=env,
            redis_url=redis_url,
            secret_key=SECRET,
        )
        sections = {
            **database.config.sections,
            "": platform,
            "rate_limits": RateLimitSettings(**settings),
        }
        config = msgspec.structs.replace(database.config, platform=platform, sections=sections)
        async with open_host(
            config, database.modules, database.urls, SECRET, workers=False
        ) as host:
            yield Site(host, tenant)

    return open_site
