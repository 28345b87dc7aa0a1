"""Limits and back-pressure over real processes that know of each other by the database alone."""

import asyncio
from pathlib import Path

import httpx
import msgspec
import pytest

from rustok.app.workers import all_workers
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.testing.databases import TestDatabase
from rustok.testing.http import SignIn
from rustok.testing.live import serving
from tests.pressure.conftest import PRODUCTS, of

STORE = "/api/v1/store/products"
LAMP = {"title": "Lamp"}
LIMIT = "40/36000"
PRESSED = {
    "RUSTOK_BACK_PRESSURE__TENANT_CAPACITY": "20",
    "RUSTOK_BACK_PRESSURE__CAPACITY": "30",
    "RUSTOK_BACK_PRESSURE__LOOK_SECONDS": "0.1",
}


@pytest.mark.parametrize("kind", ["ADDRESS", "API_KEY"])
async def test_two_servers_share_a_limit(
    database: TestDatabase, ctx: Context, api_key: SignIn, tmp_path: Path, kind: str
) -> None:
    limited = {"RUSTOK_RATE_LIMITS__STORE": "postgres", f"RUSTOK_RATE_LIMITS__{kind}": LIMIT}
    caller = of(ctx.tenant, await api_key(ctx, "product:read") if kind == "API_KEY" else None)
    async with (
        serving(database, tmp_path / "one", "serve", also=limited) as one,
        serving(database, tmp_path / "two", "serve", also=limited) as two,
        httpx.AsyncClient(timeout=30, headers=caller) as client,
    ):
        statuses = []
        for number in range(60):
            server = (one, two)[number % 2]
            statuses.append((await client.get(server.url + STORE)).status_code)
    assert sorted(set(statuses)) == [200, 429]
    assert 38 <= statuses.count(200) <= 42


async def test_a_server_without_a_relay_stops_writes_until_there_is_one(
    database: TestDatabase, host: Host, ctx: Context, token: SignIn, tmp_path: Path
) -> None:
    staff = of(ctx.tenant, await token(ctx, "product:create", "product:read"))
    async with (
        serving(database, tmp_path / "home", "serve", also=PRESSED) as server,
        httpx.AsyncClient(timeout=30, base_url=server.url, headers=staff) as client,
    ):
        async with asyncio.timeout(60):
            made = 0
            while (answer := await client.post(PRODUCTS, json=LAMP)).is_success:
                made += 1
        assert answer.status_code == 503
        assert answer.json()["code"] == "BACK_PRESSURE"
        assert 10 <= made < 200
        assert (await client.get(PRODUCTS)).status_code == 200
        told = await server.rustok("operations", "--kind", "back_pressure", "--json")
        assert told.code == 0, told.errors
        entries = msgspec.json.decode(told.output)
        levels = [e["details"]["to"] for e in entries if e["subject"] == str(ctx.tenant.id)]
        assert levels[-1] == "critical"
        await all_workers(host).settle()
        async with asyncio.timeout(30):
            refused = True
            while refused:  # another process's level tells nobody
                refused = (await client.post(PRODUCTS, json=LAMP)).status_code == 503
                await asyncio.sleep(0.05)
