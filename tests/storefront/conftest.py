"""A shop on a real database, visited over HTTP through the whole chain of a request."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from rustok.commerce.catalog.service import CategoryService, CollectionService, ProductService
from rustok.core.context import Context
from rustok.core.host import Host
from tests.storefront import shelves
from tests.storefront.markup import Markup

Settle = Callable[[], Awaitable[None]]
Look = Callable[[str], Awaitable[Markup]]


@pytest.fixture
def visitor(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Somebody unknown at the tenant's own host."""
    return client


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
