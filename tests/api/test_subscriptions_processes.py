"""Processes that only serve: what others write and project is told there too."""

import asyncio
import json
from pathlib import Path

from websockets.asyncio.client import connect

from rustok.app.workers import all_workers
from rustok.commerce.permissions import PRODUCT_READ
from rustok.core.context import Context, TenantRef
from rustok.core.host import Host
from rustok.testing.databases import TestDatabase
from rustok.testing.http import SignIn
from rustok.testing.live import serving
from tests.api.subscribers import CHANGED, PROTOCOL, Client, make_product


async def test_a_change_made_here_is_told_by_a_process_without_workers(
    database: TestDatabase,
    tmp_path: Path,
    host: Host,
    tenant: TenantRef,
    ctx: Context,
    token: SignIn,
) -> None:
    access = await token(ctx, PRODUCT_READ)
    stopping = asyncio.Event()
    working = asyncio.create_task(all_workers(host).run(stopping))
    async with serving(database, tmp_path / "home", "serve") as server:
        url = f"{server.tenant_url(tenant.slug)}/graphql".replace("http", "ws", 1)
        async with connect(url, subprotocols=[PROTOCOL]) as connection:
            client = Client(connection)
            await client.initialise(access)
            await client.subscribe("1", CHANGED)
            await until_heard(host, ctx, client)
            last = (await make_product(host, ctx, "Last")).product.id
            while (await client.told("1"))["productChanged"]["productId"] != last:
                pass
    stopping.set()
    await working


async def until_heard(host: Host, ctx: Context, client: Client) -> None:
    """Makes products until the first is told: nobody says when a subscription has begun."""
    async with asyncio.timeout(20):
        while True:
            await make_product(host, ctx, "Early")
            try:
                async with asyncio.timeout(0.5):
                    told = json.loads(await client.connection.recv())
            except TimeoutError:
                continue
            assert told["type"] == "next"
            return
