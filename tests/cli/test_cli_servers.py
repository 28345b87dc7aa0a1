"""The commands that stay: they start whole or not at all, work together, and end in good order."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import asyncpg
import httpx
import pytest

from rustok.app.processes.registry import running
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.outbox.service import EventLog
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantUpdate
from rustok.testing.databases import TestDatabase
from rustok.testing.live import LiveServer, environment, rustok, serving
from tests.cli.conftest import Command, eventually

WAITING = """
    SELECT EXISTS (SELECT FROM pg_stat_activity
        WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)) AND query LIKE '%tenant_find(%')
"""


async def blocked(connection: asyncpg.Connection) -> None:
    """Returns once a request waits for a lock of this connection: it asks whose it is."""

    async def holds() -> bool:
        await connection.execute("SELECT pg_stat_clear_snapshot()")  # it is in a transaction
        return bool(await connection.fetchval(WAITING))

    await eventually(holds)


async def refused(url: str) -> None:
    """Returns once nothing listens there."""

    async def holds() -> bool:
        async with httpx.AsyncClient() as client:
            try:
                await client.get(url)
            except httpx.ConnectError:
                return True
        return False

    await eventually(holds)


async def sequenced(host: Host, name: str) -> None:
    """Returns once an event of the name has a position."""

    async def holds() -> bool:
        return name in {event.name for event in await host.get(EventLog).tail()}

    await eventually(holds)


async def nobody_runs(home: Path) -> None:
    """Returns once no process of the home is left."""

    async def holds() -> bool:
        return running(home) == []

    await eventually(holds)


async def test_one_process_serves_sequences_and_is_known_to_the_doctor(
    live_server: LiveServer, host: Host, ctx: Context, database: TestDatabase
) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{live_server.url}/health/ready")
        assert (answer.status_code, answer.json()["status"]) == (200, "pass")
        shop = await client.get(f"{live_server.tenant_url(ctx.tenant.slug)}/api/v1/store/tenant")
        assert (shop.status_code, shop.json()["slug"]) == (200, ctx.tenant.slug)
    await sequenced(host, "tenant.created")
    report = json.loads((await live_server.rustok("doctor", "--json")).output)
    address = live_server.url.removeprefix("http://")
    assert report["listening"] == [address]
    assert [(p["kind"], p["pid"]) for p in report["processes"]] == [("run", live_server.pid)]
    assert report["database"]["ownerUrl"] == database.owner_url
    assert report["database"]["runtimeUrl"] == database.runtime_url


async def test_a_home_runs_once_and_says_who_runs_it(
    live_server: LiveServer, database: TestDatabase
) -> None:
    second = await live_server.rustok("run")
    assert (second.code, second.output) == (1, "")
    assert f"Process {live_server.pid} runs" in second.errors
    assert live_server.url in second.errors
    assert second.errors.endswith("[ALREADY_RUNNING]\n")


async def test_a_running_request_is_finished_before_the_server_ends(
    database: TestDatabase, host: Host, ctx: Context, home: Path
) -> None:
    lock = await asyncpg.connect(database.owner_url)
    try:
        async with serving(database, home) as server, httpx.AsyncClient(timeout=20) as client:
            url = f"{server.tenant_url(ctx.tenant.slug)}/api/v1/store/tenant"
            transaction = lock.transaction()
            await transaction.start()
            await lock.execute("LOCK TABLE tenants IN ACCESS EXCLUSIVE MODE")
            request = asyncio.create_task(client.get(url))
            await blocked(lock)
            os.kill(server.pid, signal.SIGTERM)
            await refused(server.url)
            await transaction.rollback()
            answer = await request
    finally:
        await lock.close()
    assert (answer.status_code, answer.json()["slug"]) == (200, ctx.tenant.slug)
    assert running(home) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_ending_in_good_order_is_no_failure(
    database: TestDatabase, home: Path, number: signal.Signals
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "rustok", "relay"),
        env=environment(database, home),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        assert await process.stdout.readline() == b"The relay works.\n"
        process.send_signal(number)
        assert await process.wait() == 0


async def test_the_parts_work_in_processes_of_their_own(
    database: TestDatabase, host: Host, ctx: Context, home: Path
) -> None:
    async with (
        serving(database, home, "serve") as server,
        serving(database, home, "serve"),
        serving(database, home, "relay"),
        serving(database, home, "index"),
        httpx.AsyncClient() as client,
    ):
        assert [process.kind for process in running(home)] == ["index", "relay", "serve", "serve"]
        slug = ctx.tenant.slug
        answer = await client.get(f"{server.tenant_url(slug)}/api/v1/store/tenant")
        assert answer.json()["slug"] == slug
        await host.get(TenantService).update(ctx, TenantUpdate(name="Renamed"))
        await sequenced(host, "tenant.updated")
    assert running(home) == []


async def test_serving_a_database_that_is_not_migrated_says_what_to_run(
    database: TestDatabase, home: Path, command: Command
) -> None:
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute("UPDATE sys_installation SET fingerprint = 'older'")
    await owner.close()
    environ = environment(database, home)
    for kind in ("serve", "relay", "index"):
        finished = await rustok(environ, kind)
        assert (finished.code, finished.errors[-23:]) == (1, "[DATABASE_NOT_CURRENT]\n")
        assert "rustok migrate" in finished.errors
    listed = await command("tenant", "list")
    assert (listed.code, listed.errors[-23:]) == (1, "[DATABASE_NOT_CURRENT]\n")


async def test_a_killed_process_is_forgotten(database: TestDatabase, home: Path) -> None:
    async with serving(database, home, "relay") as relay:
        os.kill(relay.pid, signal.SIGKILL)
        await nobody_runs(home)
    assert list((home / "processes").iterdir()) == []
