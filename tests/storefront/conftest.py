"""A shop on a real database, visited over HTTP through the whole chain of a request."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import httpx
import pytest

from rustok.app.edge.asgi import App
from rustok.app.edge.context import Contexts
from rustok.app.edge.idempotency import Idempotency
from rustok.app.edge.middleware import Edge
from rustok.app.edge.origin import Origins
from rustok.app.edge.tenancy import Tenancy
from rustok.app.web.rest import application
from rustok.commerce.catalog.service import CategoryService, CollectionService, ProductService
from rustok.core.context import Context, TenantRef
from rustok.core.host import Host
from rustok.core.identity import Authenticator
from rustok.core.secrets import SecretKey
from rustok.core.tenants import TenantDirectory
from rustok.storefront.routes import build
from rustok.testing.http import client_of
from tests.storefront import shelves
from tests.storefront.markup import Markup

Settle = Callable[[], Awaitable[None]]
Look = Callable[[str], Awaitable[Markup]]
BODY_LIMIT = 100_000


@pytest.fixture
def app(host: Host) -> Edge:
    """The storefront among the other routes, behind the edge."""
    directory = host.get(TenantDirectory)
    contexts = Contexts(
        Tenancy(directory, ("localhost",)), Origins(()), host.get(Authenticator), 30.0
    )
    idempotency = Idempotency(host.db, host.clock, host.get(SecretKey), BODY_LIMIT)
    routes = application(host, build(host), max_body_bytes=BODY_LIMIT)
    return Edge(cast("App", routes), contexts, idempotency, None)


@pytest.fixture
async def visitor(app: Any, tenant: TenantRef) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody unknown at the tenant's own host."""
    async with client_of(app, tenant) as found:
        yield found


@pytest.fixture
def look(visitor: httpx.AsyncClient) -> Look:
    """`await look(path)`: the page there, which answers 200."""

    async def page(path: str) -> Markup:
        answer = await visitor.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return Markup(answer.text)

    return page


@pytest.fixture
async def shop(host: Host, ctx: Context, settle: Settle) -> Context:
    """The shop of `shelves`, published and indexed."""
    for category in (shelves.TABLEWARE, shelves.MUGS, shelves.BOWLS_CATEGORY):
        await host.get(CategoryService).create(ctx, category)
    await host.get(CollectionService).create(ctx, shelves.MORNINGS)
    bowls = [shelves.bowl(number) for number in range(shelves.BOWLS)]
    made = await host.get(ProductService).create_many(ctx, [*bowls, shelves.mug()])
    assert [item.errors for item in made.items if item.errors] == []
    await settle()
    return ctx
