"""Fixtures that reach the platform as its callers do: over HTTP, with tokens from a sign-in."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any, Protocol
from uuid import uuid4

import httpx
import pytest

from rustok.app.asgi import asgi
from rustok.auth.service import ApiKeyService, AuthService, UserService
from rustok.auth.types import Credentials, NewApiKey, NewUser
from rustok.core.context import Context, TenantRef
from rustok.core.host import Host
from rustok.core.permissions import Permission
from rustok.rbac.service import RoleService
from rustok.rbac.types import RoleCreate
from rustok.testing.actors import as_anonymous

PASSWORD = "correct horse battery"  # noqa: S105  # of users that tests make up
CUSTOMER = "customer"


class SignIn(Protocol):
    """Makes a user or a key of the context's tenant that holds just these permissions."""

    def __call__(self, ctx: Context, *permissions: Permission | str) -> Awaitable[str]:
        """The access token, without permissions a customer's; or the API key."""
        ...


@pytest.fixture
async def client(host: Host, tenant: TenantRef) -> AsyncIterator[httpx.AsyncClient]:
    """Calls the whole application in this process, on the tenant's host."""
    async with client_of(asgi(host), tenant) as found:
        yield found


@pytest.fixture
def api_key(host: Host) -> SignIn:
    """Makes API keys: `await api_key(ctx, PERMISSION)`; the context's actor is who makes them."""

    async def make(ctx: Context, *permissions: Permission | str) -> str:
        held = tuple(p if isinstance(p, str) else p.key for p in permissions)
        given = NewApiKey(name=uuid4().hex, permissions=held)
        return (await host.get(ApiKeyService).create(ctx, given)).secret

    return make


@pytest.fixture
def token(host: Host) -> SignIn:
    """Signs new users in: `await token(ctx, PERMISSION)`."""

    async def sign_in(ctx: Context, *permissions: Permission | str) -> str:
        name = uuid4().hex
        role = CUSTOMER
        if permissions:
            role = f"role-{name}"
            keys = tuple(p if isinstance(p, str) else p.key for p in permissions)
            await host.get(RoleService).create(ctx, RoleCreate(name=role, permissions=keys))
        email = f"{name}@example.org"
        user = NewUser(email=email, password=PASSWORD, name="Ada", roles=(role,))
        await host.get(UserService).create(ctx, user)
        credentials = Credentials(email=email, password=PASSWORD)
        signed_in = await host.get(AuthService).login(as_anonymous(ctx), credentials)
        return signed_in.tokens.access_token

    return sign_in


def client_of(app: Any, tenant: TenantRef) -> httpx.AsyncClient:
    """A client of the application on a tenant's host, to be closed by the caller."""
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url=f"http://{tenant.slug}.localhost")


def bearer(token: str | None) -> dict[str, str]:
    """The headers of a caller with this token, or of an anonymous one."""
    return {} if token is None else {"authorization": f"Bearer {token}"}
