"""The clients that people use: npm's graphql-ws and graphql-sse, on the real server."""

import asyncio
import json
import shutil
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import pytest

from rustok import __version__
from rustok.commerce.permissions import PRODUCT_READ
from rustok.core.context import Context, TenantRef
from rustok.testing.databases import TestDatabase
from rustok.testing.http import SignIn
from tests.api.subscribers import CHANGED, Stage, make_product, serving_here, until

FOLDER = Path(__file__).parent / "graphql_clients"


@pytest.fixture(scope="session")
def node() -> str:
    """Node, where the clients are installed too."""
    found = shutil.which("node")
    if found is None or not (FOLDER / "node_modules" / "graphql-ws").is_dir():
        pytest.skip("there is no Node 18 with npm on this machine, or `make test` was not run")
    return found


async def started(
    node: str, stage: Stage, tenant: TenantRef, protocol: str, token: str
) -> asyncio.subprocess.Process:
    url = f"http://{stage.at}/t/{tenant.slug}/graphql"
    return await asyncio.create_subprocess_exec(
        *(node, "subscribe.js", protocol, url, token, CHANGED, "3"), cwd=FOLDER, stdout=PIPE
    )


async def said(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None
    async with asyncio.timeout(20):
        return json.loads(await process.stdout.readline())


@pytest.mark.parametrize("protocol", ["ws", "sse"])
async def test_a_client_queries_subscribes_and_leaves(
    node: str, database: TestDatabase, tenant: TenantRef, ctx: Context, token: SignIn, protocol: str
) -> None:
    access = await token(ctx, PRODUCT_READ)
    async with serving_here(database) as stage:
        process = await started(node, stage, tenant, protocol, access)
        assert (await said(process))["data"] == {"version": __version__}
        await until(lambda: stage.feed.listeners == 1)
        for title in ("Lamp", "Lantern", "Torch"):
            key = (await make_product(stage.host, ctx, title)).product.id
            told = (await said(process))["data"]["productChanged"]
            assert told == {"productId": key, "kind": "CHANGED", "version": 1}
        assert await said(process) == {"ended": True}
        await stage.is_empty()
        await process.communicate()
        assert process.returncode == 0


async def test_a_client_without_a_valid_token_learns_it(
    node: str, database: TestDatabase, tenant: TenantRef
) -> None:
    async with serving_here(database) as stage:
        process = await started(node, stage, tenant, "ws", "no.valid.token")
        assert await said(process) == {"closed": 4403}
        assert await said(process) == {"failed": 4403}
        await process.communicate()
