"""A process that is killed at any point loses nothing, and the read model becomes a rebuild's."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from rustok.core.context import Context
from rustok.core.host import Host
from rustok.testing.databases import TestDatabase
from rustok.testing.http import SignIn, bearer
from rustok.testing.live import LiveServer, serving
from tests.proof.read_model import (
    BEHIND,
    assert_the_read_model_is_a_rebuilds,
    settled,
    until,
)

SEQUENCER_LOCK = "SELECT pg_advisory_lock(8315177036036334437)"
POINTS = {
    "between commit and sequencing": SEQUENCER_LOCK,
    "inside sequencing": "SELECT position FROM sys_log_head FOR UPDATE",
    "between sequencing and projection": (
        "SELECT consumer FROM sys_cursors WHERE consumer LIKE 'index.%' FOR UPDATE"
    ),
    "inside a projection": "LOCK TABLE index_revisions IN EXCLUSIVE MODE",
}
UNNUMBERED = "SELECT count(*) FROM sys_events WHERE position IS NULL"
HISTORY = """
    SELECT name, aggregate_version, count(*) FROM sys_events WHERE aggregate = 'product'
    GROUP BY 1, 2 ORDER BY 1, 2
"""
EVERYTHING = [
    ("product.created", 1, 6),
    ("product.deleted", 2, 1),
    ("product.published", 1, 6),
    ("product.updated", 2, 1),
]
PERMISSIONS = ("product:create", "product:update", "product:publish", "product:delete")


@pytest.fixture
async def owner(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection, whose locks hold others up."""
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close()


class Staff:
    """Somebody who changes products of a running server."""

    def __init__(self, client: httpx.AsyncClient, server: LiveServer, headers: Any) -> None:
        self._client = client
        self._base = f"{server.tenant_url('acme')}/api/v1/admin/products"
        self._headers = headers

    async def change(self, method: str, path: str = "", body: Any = None) -> Any:
        """One acknowledged change."""
        answer = await self._client.request(
            method, self._base + path, json=body, headers=self._headers
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def create(self, title: str) -> str:
        """A new product that everyone sees, as its id."""
        given = {"title": title, "status": "active", "variants": [{"sku": title}]}
        return str((await self.change("POST", body=given))["id"])


@pytest.mark.parametrize("point", POINTS)
async def test_nothing_is_lost_where_the_process_is_killed(
    point: str,
    database: TestDatabase,
    host: Host,
    ctx: Context,
    owner: asyncpg.Connection,
    token: SignIn,
    tmp_path: Path,
) -> None:
    headers = bearer(await token(ctx, *PERMISSIONS))
    killer = await asyncpg.connect(database.owner_url)
    try:
        async with (
            serving(database, tmp_path / "home") as server,
            httpx.AsyncClient() as client,
            killer.transaction(),
        ):
            staff = Staff(client, server, headers)
            kept, changed, deleted = await asyncio.gather(
                *(staff.create(f"Lamp {number}") for number in range(3))
            )
            await until(owner, f"SELECT NOT ({BEHIND})")
            await killer.execute(POINTS[point])
            later = [await staff.create(f"Chair {number}") for number in range(3)]
            await staff.change("PATCH", f"/{changed}", {"title": "Lantern"})
            await staff.change("DELETE", f"/{deleted}")
            await reached(owner, killer, point)
            os.kill(server.pid, signal.SIGKILL)
            await end_sessions(owner, killer)
    finally:
        await killer.close()
    assert await owner.fetchval(BEHIND)

    async with serving(database, tmp_path / "home"):
        await settled(owner)
    assert [tuple(row) for row in await owner.fetch(HISTORY)] == EVERYTHING
    served = {row[0] for row in await owner.fetch("SELECT DISTINCT id FROM index_products")}
    assert len(served) == len({kept, changed, *later})
    await assert_the_read_model_is_a_rebuilds(host, owner)


async def reached(owner: asyncpg.Connection, killer: asyncpg.Connection, point: str) -> None:
    """Returns once the worker stands at the point."""
    if point == "between sequencing and projection":  # a cursor that is taken is passed over
        await until(owner, f"SELECT ({UNNUMBERED}) = 0 AND ({BEHIND})")
    else:
        pid = killer.get_server_pid()
        await until(
            owner,
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)))",
            pid,
        )


async def end_sessions(owner: asyncpg.Connection, killer: asyncpg.Connection) -> None:
    """Ends what the killed process has left, as if its machine had been switched off."""
    gone = """
        SELECT count(pg_terminate_backend(pid, 5000)) >= 0 FROM pg_stat_activity
        WHERE datname = current_database() AND $1 = ANY (pg_blocking_pids(pid))
    """
    await owner.fetchval(gone, killer.get_server_pid())
