"""The whole application in process, with two tenants and their administrators."""

from collections.abc import AsyncIterator

import httpx
import pytest

from rustok.app.asgi import asgi
from rustok.auth.types import NewUser
from rustok.auth.users import UserService
from rustok.core.context import Context, TenantRef
from rustok.core.host import Host

PASSWORD = "correct horse battery"


@pytest.fixture
async def web(
    host: Host, tenant: TenantRef, other_tenant: TenantRef
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole application, with two tenants behind it."""
    transport = httpx.ASGITransport(asgi(host), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as found:
        yield found


async def signed_in(web: httpx.AsyncClient, host: Host, ctx: Context) -> dict[str, str]:
    """Headers of a new administrator of the context's tenant, signed in over HTTP."""
    email = f"admin@{ctx.tenant.slug}.example"
    given = NewUser(email=email, password=PASSWORD, name="Admin", roles=("admin",))
    await host.get(UserService).create(ctx, given)
    headers = {"x-tenant-id": ctx.tenant.slug}
    answer = await web.post(
        "/api/v1/auth/login", json={"email": email, "password": PASSWORD}, headers=headers
    )
    assert answer.status_code in {200, 201}, answer.text
    token = answer.json()["accessToken"]
    return {**headers, "authorization": f"Bearer {token}"}


@pytest.fixture
async def admin(web: httpx.AsyncClient, host: Host, ctx: Context) -> dict[str, str]:
    """Headers of the first tenant's administrator."""
    return await signed_in(web, host, ctx)


@pytest.fixture
async def other_admin(web: httpx.AsyncClient, host: Host, other_ctx: Context) -> dict[str, str]:
    """Headers of the second tenant's administrator."""
    return await signed_in(web, host, other_ctx)
