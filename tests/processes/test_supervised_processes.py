"""`rustok run --workers`: what dies is back and work goes on; what is told to end loses nothing."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest

from rustok.app.postgres.processes import exists
from rustok.app.processes.registry import running
from rustok.commerce.permissions import PRODUCT_CREATE, PRODUCT_READ
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.testing.databases import TestDatabase
from rustok.testing.http import SignIn, bearer
from rustok.testing.live import LiveServer, serving
from tests.processes.conftest import children, eventually

PATH = "/api/v1/admin/products"
TRIED_SECONDS = 5.0
KINDS = ["index", "relay", "serve"]


@asynccontextmanager
async def supervised(
    database: TestDatabase, home: Path, workers: int = 1
) -> AsyncIterator[LiveServer]:
    """The platform in processes of its own."""
    arguments = ("run", "--no-demo", "--workers", str(workers))
    async with serving(database, home, *arguments) as server:
        yield server


class Client:
    """Writes products over a new connection each, as so many callers would."""

    def __init__(self, server: LiveServer, ctx: Context, token: str) -> None:
        self._url = f"{server.tenant_url(ctx.tenant.slug)}{PATH}"
        self._headers = bearer(token)
        self.acknowledged: set[str] = set()
        self.refused = 0

    async def write(self) -> bool:
        """Creates a product; False where no connection came to an answer."""
        title = f"Product {uuid4().hex}"
        try:
            async with httpx.AsyncClient(timeout=30, headers=self._headers) as client:
                answer = await client.post(self._url, json={"title": title})
        except httpx.TransportError:
            self.refused += 1
            return False
        assert answer.status_code == 201, answer.text
        self.acknowledged.add(title)
        return True

    async def write_until_refused(self) -> None:
        while await self.write():
            pass


@pytest.fixture
async def staff(token: SignIn, ctx: Context) -> str:
    """The token of somebody who may write products."""
    return await token(ctx, PRODUCT_CREATE, PRODUCT_READ)


async def titles(database: TestDatabase, query: str) -> set[str]:
    connection = await asyncpg.connect(database.owner_url)
    try:
        await connection.execute("SET row_security = off")
        return {row[0] for row in await connection.fetch(query)}
    finally:
        await connection.close()


async def written(database: TestDatabase) -> set[str]:
    """The titles of all products there are."""
    return await titles(database, "SELECT title FROM commerce_product_translations")


async def test_whatever_child_is_killed_is_back_and_work_goes_on(
    database: TestDatabase, home: Path, host: Host, ctx: Context, staff: str
) -> None:
    async with supervised(database, home) as server:
        client = Client(server, ctx, staff)
        assert [child.kind for child in children(home)] == KINDS
        for kind in KINDS:
            (killed,) = children(home, kind)
            os.kill(killed.pid, signal.SIGKILL)

            async def is_back(kind: str = kind, killed: int = killed.pid) -> bool:
                found = children(home, kind)
                return bool(found) and found[0].pid != killed and found[0].restarts == 1

            await eventually(is_back)
            assert await client.write()

        async def is_searched() -> bool:
            url = f"{server.tenant_url(ctx.tenant.slug)}{PATH}"
            async with httpx.AsyncClient(headers=bearer(staff)) as caller:
                found = (await caller.get(url)).json()["data"]
            return {product["title"] for product in found} == client.acknowledged

        await eventually(is_searched)
        async with httpx.AsyncClient() as caller:
            ready = (await caller.get(f"{server.url}/health/ready")).json()
            assert ready["checks"]["processes"]["status"] == "warn"
            assert "started again lately" in ready["checks"]["processes"]["output"]
        told = await server.rustok("health", "--json")
        assert told.code == 0
        assert '"restarts": 1' in told.output


async def test_who_is_asked_to_end_answers_all_that_was_accepted(
    database: TestDatabase, home: Path, ctx: Context, staff: str
) -> None:
    async with supervised(database, home, 2) as server:
        clients = [Client(server, ctx, staff) for _ in range(8)]
        writing = [asyncio.create_task(client.write_until_refused()) for client in clients]

        async def is_busy() -> bool:
            return all(len(client.acknowledged) >= 2 for client in clients)

        await eventually(is_busy)
        assert len(children(home, "serve")) == 2
        os.kill(server.pid, signal.SIGTERM)
        async with asyncio.timeout(60):
            await asyncio.gather(*writing)

        async def is_over() -> bool:
            return running(home) == []

        await eventually(is_over)
    acknowledged = set().union(*(client.acknowledged for client in clients))
    # nothing that was acknowledged is lost, and nothing that was begun went unanswered
    assert await written(database) == acknowledged


async def test_one_that_was_killed_leaves_nothing_behind(
    database: TestDatabase, home: Path
) -> None:
    async with supervised(database, home) as server:
        pids = [child.pid for child in children(home)]
        assert len(pids) == len(KINDS)
        os.kill(server.pid, signal.SIGKILL)

        async def is_empty() -> bool:
            return not any(exists(pid) for pid in pids)

        await eventually(is_empty)
    assert running(home) == []


async def test_a_child_that_does_not_end_in_time_is_killed(
    database: TestDatabase, home: Path
) -> None:
    arguments = ("run", "--no-demo", "--workers", "1")
    also = {"RUSTOK_STOP_SECONDS": "1"}
    async with serving(database, home, *arguments, also=also) as server:
        (stopped,) = children(home, "index")
        os.kill(stopped.pid, signal.SIGSTOP)
        os.kill(server.pid, signal.SIGTERM)

        async def is_empty() -> bool:
            return not exists(stopped.pid) and running(home) == []

        await eventually(is_empty)


async def is_back(home: Path) -> None:
    """Returns once there is a relay."""

    async def holds() -> bool:
        return bool(children(home, "relay"))

    await eventually(holds)


def consecutive_ports(count: int) -> int:
    """The first of so many ports that are free."""
    while True:
        with ExitStack() as stack, suppress(OSError, OverflowError):
            first = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            port: int = first.getsockname()[1]
            for number in range(port + 1, port + count):
                stack.enter_context(socket.create_server(("127.0.0.1", number)))
            return port


async def test_one_that_cannot_start_is_tried_again_until_it_can(
    database: TestDatabase, home: Path
) -> None:
    port = consecutive_ports(len(KINDS))
    arguments = ("run", "--no-demo", "--workers", "1", "--metrics-port", str(port))
    async with serving(database, home, *arguments):
        (relay,) = children(home, "relay")
        assert relay.address == f"127.0.0.1:{port + 1}"
        os.kill(relay.pid, signal.SIGKILL)
        taken: list[socket.socket] = []

        async def is_taken() -> bool:
            with suppress(OSError):
                taken.append(socket.create_server(("127.0.0.1", port + 1)))
            return bool(taken)

        await eventually(is_taken)

        with pytest.raises(TimeoutError):  # it cannot come back meanwhile
            async with asyncio.timeout(TRIED_SECONDS):
                await is_back(home)
        taken[0].close()

        await is_back(home)
        assert children(home, "relay")[0].restarts >= 2
