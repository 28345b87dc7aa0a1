"""Commands to Redis: limited in time and number, behind a breaker, never cancelled half way."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisError

from rustok.app.redis.settings import RedisSettings
from rustok.core.cache import StoreUnavailable
from rustok.core.resilience import BreakerOpen, Breakers

T = TypeVar("T")

FAILURES: Final = (RedisError, OSError, TimeoutError)


class RedisClient:
    """One client for all of a process that asks Redis.

    A caller who is cancelled leaves the command to end by itself, so that no connection is given
    back with somebody's reply still to come. `losses` counts commands that were not answered and
    connections that broke: what Redis held before it may be gone.
    """

    def __init__(self, url: str, settings: RedisSettings, breakers: Breakers) -> None:
        command = settings.command_milliseconds / 1_000
        connect = settings.connect_milliseconds / 1_000
        self.breaker = breakers.named("redis", failures=FAILURES)
        self.losses = 0
        self._limit = connect + command
        self._most = settings.connections
        self._running: set[asyncio.Task[Any]] = set()
        self._redis = Redis.from_pool(
            ConnectionPool.from_url(
                url,
                max_connections=settings.connections + 1,  # one for `ping`
                socket_connect_timeout=connect,
                socket_timeout=command,
                retry=Retry(NoBackoff(), 0),
                driver_info=None,
                protocol=2,
            )
        )

    async def run(self, command: Callable[[Redis], Awaitable[T]]) -> T:
        """What the command answers; raises StoreUnavailable.

        It may be run twice where its connection turns out to be broken.
        """
        if len(self._running) >= self._most:
            raise StoreUnavailable("busy")
        task = asyncio.create_task(self._guarded(command))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def ping(self) -> None:
        """Asks past the breaker; raises what is wrong."""
        async with asyncio.timeout(self._limit):
            await self._redis.ping()

    async def close(self) -> None:
        """Waits for what is under way, and closes the connections."""
        if self._running:
            await asyncio.wait(self._running, timeout=1)
        await self._redis.aclose(close_connection_pool=True)

    async def _guarded(self, command: Callable[[Redis], Awaitable[T]]) -> T:
        try:
            async with self.breaker:
                return await self._twice(command)
        except BreakerOpen as error:
            raise StoreUnavailable("left alone") from error
        except FAILURES as error:
            self.losses += 1
            raise StoreUnavailable(type(error).__name__) from error

    async def _twice(self, command: Callable[[Redis], Awaitable[T]]) -> T:
        """A server that was started again has closed the connections of the one before."""
        try:
            return await self._timed(command)
        except Disconnected:
            self.losses += 1
            return await self._timed(command)

    async def _timed(self, command: Callable[[Redis], Awaitable[T]]) -> T:
        async with asyncio.timeout(self._limit):
            return await command(self._redis)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # told to the caller, if there is still one
