"""Connections of a pool that are handed from one session to the next, past the pool."""

import asyncio
from contextlib import suppress
from typing import Any, Final, TypeAlias

import asyncpg

Connection: TypeAlias = Any  # asyncpg ships no types

SPARED: Final = 2
"""How many of a pool's connections are never kept from those who ask the pool itself."""
KEPT_SECONDS: Final = 0.05
"""How long a connection may lie here unused: the pool closes only what it has."""


class Connections:
    """Takes connections of a pool, and keeps those just used for whoever comes next.

    The pool's own way costs a task for each use. Its bounds hold: everything here is of the pool,
    goes back to it when somebody waits there or nobody comes, and is given on only if it was left
    as it was taken.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._most = max(pool.get_max_size() - SPARED, 0)
        self._kept: list[Connection] = []
        self._waiting = 0
        self._timer: asyncio.TimerHandle | None = None
        self._returning: asyncio.Task[None] | None = None

    @property
    def kept(self) -> int:
        """How many connections lie here unused."""
        return len(self._kept)

    @property
    def waiting(self) -> int:
        """How many sessions wait for a connection."""
        return self._waiting

    async def take(self, seconds: float) -> Connection:
        """A connection for the caller alone; raises TimeoutError where none gets free in time."""
        while self._kept:
            connection = self._kept.pop()
            if _is_open(connection):
                return connection
            await self._release(connection)
        self._waiting += 1
        try:
            return await self._pool.acquire(timeout=seconds)
        finally:
            self._waiting -= 1

    async def give(self, connection: Connection, *, clean: bool) -> None:
        """Takes a connection back; `clean` says that nothing is under way on it."""
        has_room = not self._waiting and len(self._kept) < self._most
        if not (clean and has_room and _is_open(connection)):
            await self._release(connection)
            return
        self._kept.append(connection)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(KEPT_SECONDS, self._return)

    def _return(self) -> None:
        """Gives the pool what lies here; who is busy meanwhile finds it there."""
        self._timer = None
        kept, self._kept = self._kept, []
        if kept:
            self._returning = asyncio.get_running_loop().create_task(self._release(*kept))

    async def _release(self, *connections: Connection) -> None:
        for connection in connections:
            # the pool may have been ended, and its connections with it
            with suppress(asyncpg.InterfaceError):
                await self._pool.release(connection)


def _is_open(connection: Connection) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # it has ended, and its proxy is the pool's already
        return False
