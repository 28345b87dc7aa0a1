"""The read model from outside: whether it is behind, and whether it is what a rebuild makes."""

import asyncio
from typing import Any

import asyncpg

from rustok.core.host import Host
from rustok.index.service import rebuilds
from rustok.testing.live import LiveServer

BEHIND = """
    SELECT EXISTS (SELECT FROM sys_events WHERE position IS NULL)
        OR EXISTS (SELECT FROM sys_consumers n CROSS JOIN sys_tenant_heads h
                   LEFT JOIN sys_cursors c ON c.tenant_id = h.tenant_id AND c.consumer = n.name
                   WHERE coalesce(c.position, 0) < h.position)
"""
WAITING = "SELECT (SELECT count(*) FROM sys_retries) + (SELECT count(*) FROM sys_dead_letters)"
POSITIONS = "SELECT position FROM sys_events ORDER BY 1"


async def until(connection: asyncpg.Connection, query: str, *arguments: Any) -> None:
    """Returns once the query answers true, within 20 s."""
    async with asyncio.timeout(20):
        while not await connection.fetchval(query, *arguments):  # noqa: ASYNC110  # a database
            await asyncio.sleep(0.01)


async def settled(owner: asyncpg.Connection) -> None:
    """Returns once every event is numbered, without a gap, and applied by every consumer."""
    await until(owner, f"SELECT NOT ({BEHIND})")
    await until(owner, f"SELECT ({WAITING}) = 0")
    positions = [row[0] for row in await owner.fetch(POSITIONS)]
    assert positions == list(range(1, len(positions) + 1))


async def documents(owner: asyncpg.Connection, kind: str) -> list[str]:
    """Every document that is served, whole, without the number of its filling."""
    rows = await owner.fetch(
        f"""
        SELECT (to_jsonb(d) - 'projection_version')::text FROM index_{kind} d
        JOIN index_projections p ON p.kind = $1 AND p.version = d.projection_version
        WHERE p.state = 'active' ORDER BY 1
        """,
        kind,
    )
    return [row[0] for row in rows]


async def assert_the_read_model_is_a_rebuilds(host: Host, owner: asyncpg.Connection) -> None:
    """Rebuilds every kind in this process."""
    for kind, rebuild in rebuilds(host).items():
        kept = await documents(owner, kind)
        await rebuild.run()
        assert await documents(owner, kind) == kept


async def assert_the_read_model_is_a_rebuilds_by_command(
    server: LiveServer, owner: asyncpg.Connection
) -> None:
    """Rebuilds every kind by the command line, beside the server."""
    for (kind,) in await owner.fetch("SELECT DISTINCT kind FROM index_projections"):
        kept = await documents(owner, kind)
        done = await server.rustok("rebuild", kind)
        assert done.code == 0, done.errors
        assert await documents(owner, kind) == kept
