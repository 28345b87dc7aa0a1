"""A shop with one product, asked by anybody, over the whole application."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from rustok.app.signals import PostgresSignals
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import ProductResult, ProductUpdate
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.core.signals import Signals
from tests.commerce.goods import mug

Settle = Callable[[], Awaitable[None]]
TITLES = "query Titles { products(first: 5) { nodes { title } } }"


class Shop:
    """A product whose title can be changed, and the titles that a client is told."""

    def __init__(self, host: Host, ctx: Context, client: httpx.AsyncClient) -> None:
        self._host = host
        self._ctx = ctx
        self.client = client
        self.product = ""

    async def open(self) -> ProductResult:
        """Makes the product."""
        made = await self._host.get(ProductService).create(self._ctx, mug(title="Version 0"))
        self.product = made.product.id
        return made

    async def rename(self, title: str) -> str:
        """Commits another title; the token of the change."""
        service = self._host.get(ProductService)
        changed = await service.update(self._ctx, self.product, ProductUpdate(title=title))
        assert changed.position is not None
        return str(changed.position)

    async def ask(self, query: str = TITLES, **headers: str) -> httpx.Response:
        """The answer to anybody's query."""
        return await self.client.post("/graphql", json={"query": query}, headers=headers)

    async def titles(self, **headers: str) -> list[str]:
        """The titles that anybody is told."""
        answer = await self.ask(**headers)
        return [node["title"] for node in answer.json()["data"]["products"]["nodes"]]


@pytest.fixture
async def shop(host: Host, ctx: Context, client: httpx.AsyncClient, settle: Settle) -> Shop:
    """The shop, open and settled, in a process that hears every signal."""
    found = Shop(host, ctx, client)
    await found.open()
    await hearing(host)
    await settle()
    return found


async def hearing(host: Host) -> None:
    """Waits until the host hears signals."""
    signals: Any = host.get(Signals)
    assert isinstance(signals, PostgresSignals)
    async with asyncio.timeout(10):
        await signals.connected.wait()


def is_public(response: httpx.Response) -> bool:
    """Whether an answer was one for everyone."""
    return "etag" in response.headers
