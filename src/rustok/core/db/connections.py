"""Connections of a pool that are handed from one session to the next, past the pool."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any, Final, TypeAlias

import asyncpg

Connection: TypeAlias = Any  # asyncpg ships no types

SPARED: Final = 2
"""How many of a pool's connections go back to it after each use, for those who ask it itself."""
KEPT_SECONDS: Final = 0.05
"""How long a connection may lie here unused: the pool closes only what it has."""


class Connections:
    """Takes connections of a pool; those given back go to who waits, or are kept for who comes.

    The pool's own way costs a task for each use. Its bounds hold: everything here is of the pool,
    goes back to it when nobody comes, and is handed on only if it was left as it was taken.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._most = pool.get_max_size()
        self._held = 0
        self._acquiring = 0
        self._spares: set[Connection] = set()
        self._kept: list[Connection] = []
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._returning: asyncio.Task[None] | None = None

    @property
    def kept(self) -> int:
        """How many connections lie here unused."""
        return len(self._kept)

    @property
    def waiting(self) -> int:
        """How many sessions wait for a connection."""
        return self._acquiring + sum(not waiter.done() for waiter in self._waiting)

    async def take(self, seconds: float) -> Connection:
        """A connection for the caller alone; raises TimeoutError where none gets free in time."""
        until = asyncio.get_running_loop().time() + seconds
        while True:
            while self._kept:
                connection = self._kept.pop()
                if _is_open(connection):
                    return connection
                await self._release(connection)
            if self._held < self._most:
                return await self._acquire(until)
            handed = await self._handed(until)
            if handed is not None:
                return handed

    async def give(self, connection: Connection, *, clean: bool) -> None:
        """Takes a connection back; `clean` says that nothing is under way on it."""
        if not clean or connection in self._spares or not _is_open(connection):
            await self._release(connection)
        elif not self._hand(connection):
            self._kept.append(connection)
            if self._timer is None:
                loop = asyncio.get_running_loop()
                self._timer = loop.call_later(KEPT_SECONDS, self._return)

    async def close(self) -> None:
        """Gives the pool at once what lies here, so that its end does not wait for it."""
        kept, self._kept = self._kept, []
        await self._release(*kept)

    async def _acquire(self, until: float) -> Connection:
        self._held += 1
        self._acquiring += 1
        is_spare = self._held > self._most - SPARED
        try:
            seconds = max(until - asyncio.get_running_loop().time(), 0.001)
            connection = await self._pool.acquire(timeout=seconds)
        except BaseException:
            self._let_go()
            raise
        finally:
            self._acquiring -= 1
        if is_spare:
            self._spares.add(connection)
        return connection

    async def _handed(self, until: float) -> Connection | None:
        """What another session hands on; None when the pool may have one."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Connection | None] = loop.create_future()
        self._waiting.append(waiter)
        timer = loop.call_at(until, _expire, waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                await self._pass_on(waiter.result())
            raise
        finally:
            timer.cancel()

    async def _pass_on(self, connection: Connection | None) -> None:
        if connection is None:
            self._hand(None)
        else:
            await self.give(connection, clean=True)

    def _hand(self, connection: Connection | None) -> bool:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return True
        return False

    def _return(self) -> None:
        """Gives the pool what lies here; who is busy meanwhile finds it there."""
        self._timer = None
        kept, self._kept = self._kept, []
        if kept:
            self._returning = asyncio.get_running_loop().create_task(self._release(*kept))

    async def _release(self, *connections: Connection) -> None:
        for connection in connections:
            self._spares.discard(connection)
            try:
                # the pool may have been ended, and its connections with it
                with suppress(asyncpg.InterfaceError):
                    await self._pool.release(connection)
            finally:
                self._let_go()

    def _let_go(self) -> None:
        self._held -= 1
        self._hand(None)


def _is_open(connection: Connection) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # it has ended, and its proxy is the pool's already
        return False


def _expire(waiter: asyncio.Future[Connection | None]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())
