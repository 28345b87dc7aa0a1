"""`python -m benchmarks.leasing`: what it costs to take a connection and to give it back.

By asyncpg's pool, and by the connections that sessions hand on: with nothing asked in between, and
with the shortest of queries; by one task alone, and by 32 that share the pool. CPU of this process
in microseconds, medians of alternating rounds.
"""

import asyncio
import shutil
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import process_time
from typing import Final

import asyncpg

from rustok.app.postgres import EmbeddedPostgres
from rustok.core.db.connections import Connections
from rustok.core.db.pool import open_pool
from rustok.core.db.settings import DatabaseSettings

ROUNDS: Final = 9
CALLS: Final = 3_200
TASKS: Final = (1, 32)
_WAIT_SECONDS: Final = 5.0

Use = Callable[[bool], Awaitable[None]]


def uses(pool: asyncpg.Pool) -> dict[str, Use]:
    """Both ways to use a connection of the pool once, with a query or without."""
    connections = Connections(pool)

    async def of_the_pool(query: bool) -> None:
        connection = await pool.acquire(timeout=_WAIT_SECONDS)
        if query:
            await connection.fetchval("SELECT 1")
        await pool.release(connection)

    async def handed_on(query: bool) -> None:
        connection = await connections.take(_WAIT_SECONDS)
        if query:
            await connection.fetchval("SELECT 1")
        await connections.give(connection, clean=True)

    return {"of the pool": of_the_pool, "handed on": handed_on}


async def cost(use: Use, tasks: int, *, query: bool) -> float:
    """Microseconds of CPU a use, by so many tasks at once."""

    async def again_and_again() -> None:
        for _ in range(CALLS // tasks):
            await use(query)

    began = process_time()
    await asyncio.gather(*(again_and_again() for _ in range(tasks)))
    return 1e6 * (process_time() - began) / CALLS


async def main() -> None:
    """Prints a line for each number of tasks, without and with a query."""
    home = Path(tempfile.mkdtemp(prefix="rustok-leasing-"))
    home.chmod(0o755)  # noqa: ASYNC240  # nothing else runs yet
    server = EmbeddedPostgres.start(home)
    try:
        url = server.url("postgres", "postgres")
        pool = await open_pool(url, DatabaseSettings(), name="leasing")
        ways = uses(pool)
        for query in (False, True):
            for tasks in TASKS:
                rounds: dict[str, list[float]] = {name: [] for name in ways}
                for _ in range(ROUNDS):
                    for name, use in ways.items():
                        rounds[name].append(await cost(use, tasks, query=query))
                found = (f"{name} {statistics.median(us):5.1f} us" for name, us in rounds.items())
                print(f"{tasks:3} tasks, {'a query' if query else 'nothing'}:", *found)
        await pool.close()
    finally:
        server.stop()
        EmbeddedPostgres.remove(home)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(main())
