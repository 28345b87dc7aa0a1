"""The program itself over a stream: separate processes, a server that dies, a start refused."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import nats
import pytest
from nats.js.api import StreamConfig

from rustok.commerce.permissions import PRODUCT_CREATE, PRODUCT_READ
from rustok.core.context import Context
from rustok.core.modules.registry import Modules, installed
from rustok.streaming.nats.topology import ENVELOPE
from rustok.testing.databases import TestDatabase
from rustok.testing.http import SignIn, bearer
from rustok.testing.live import LiveServer, environment, rustok, serving
from rustok.testing.nats_server import NatsServer

PATH = "/api/v1/admin/products"
LIMIT_SECONDS = 60.0
PATIENCE_SECONDS = 30
"""The server writes a new stream through to its disk, which others may be writing to."""


@pytest.fixture(scope="session")
def modules() -> Modules:
    """All of them: it is the program."""
    return installed()


@pytest.fixture
def over_nats(nats_server: NatsServer) -> dict[str, str]:
    return {
        "RUSTOK_EVENTS_TRANSPORT": "nats",
        "RUSTOK_STREAMING__NATS_URLS": nats_server.url,
    }


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(LIMIT_SECONDS):
        while not await condition():  # noqa: ASYNC110  # other processes make it true
            await asyncio.sleep(0.02)


async def create(server: LiveServer, ctx: Context, staff: str, count: int) -> set[str]:
    """Products with titles of their own; returns these."""
    titles = {f"Product {uuid4().hex}" for _ in range(count)}
    url = f"{server.tenant_url(ctx.tenant.slug)}{PATH}"
    async with httpx.AsyncClient(timeout=30, headers=bearer(staff)) as client:
        for title in titles:
            answer = await client.post(url, json={"title": title})
            assert answer.status_code == 201, answer.text
    return titles


async def test_separate_processes_find_what_was_written_whatever_happens_to_the_server(
    database: TestDatabase,
    tmp_path: Path,
    owner: asyncpg.Connection,
    ctx: Context,
    token: SignIn,
    nats_server: NatsServer,
    over_nats: dict[str, str],
) -> None:
    staff = await token(ctx, PRODUCT_CREATE, PRODUCT_READ)
    arguments = ("run", "--no-demo", "--workers", "1")

    async def all_sent() -> bool:
        found: bool = await owner.fetchval(
            "SELECT p.position = h.position FROM sys_publishers p, sys_log_head h"
        )
        return found

    async with serving(database, tmp_path / "home", *arguments, also=over_nats) as server:
        written = await create(server, ctx, staff, 5)
        await eventually(all_sent)
        nats_server.kill()
        written |= await create(server, ctx, staff, 5)
        await asyncio.to_thread(nats_server.start)
        written |= await create(server, ctx, staff, 5)

        async def are_found() -> bool:
            url = f"{server.tenant_url(ctx.tenant.slug)}{PATH}?limit=50"
            async with httpx.AsyncClient(headers=bearer(staff)) as client:
                found = (await client.get(url)).json()["data"]
            return {product["title"] for product in found} == written

        await eventually(are_found)
        await eventually(all_sent)
    client = await nats.connect(nats_server.url)
    state = (await client.jetstream().stream_info("RUSTOK_EVENTS")).state
    await client.close()
    assert state.messages == await owner.fetchval("SELECT position FROM sys_log_head")


@pytest.mark.parametrize("kind", ["relay", "index"])
async def test_a_stream_of_another_version_refuses_the_start(
    database: TestDatabase,
    tmp_path: Path,
    nats_server: NatsServer,
    over_nats: dict[str, str],
    kind: str,
) -> None:
    client = await nats.connect(nats_server.url, connect_timeout=PATIENCE_SECONDS)
    await client.jetstream(timeout=PATIENCE_SECONDS).add_stream(
        StreamConfig(name="RUSTOK_EVENTS", subjects=["rustok.events.>"], metadata={ENVELOPE: "2"})
    )
    await client.close()
    ended = await rustok(environment(database, tmp_path / "home") | over_nats, kind)
    assert ended.code == 1
    assert "holds envelopes of version 2" in ended.errors
    assert "[STREAM_REFUSED]" in ended.errors
