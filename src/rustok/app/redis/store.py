"""The store of the shared level of caches, in Redis."""

from typing import Any, Final

from redis.asyncio import Redis

from rustok.app.redis.client import RedisClient
from rustok.core.cache import Look

CLAIM_MILLISECONDS: Final = 1_000
TICK: Final = """
local clock = redis.call('INCR', KEYS[1])
local seen = tonumber(ARGV[1])
if clock <= seen then
    clock = seen + 1
    redis.call('SET', KEYS[1], clock)
end
return clock
"""


class RedisStore:
    """Implements the SharedStore port; keys and the clock lie under the namespace."""

    def __init__(self, client: RedisClient, namespace: str) -> None:
        self._client = client
        self._clock = f"{namespace}:clock"

    @property
    def losses(self) -> int:
        """How often it did not answer, or a connection broke."""
        return self._client.losses

    async def look(self, key: str) -> Look:
        """The value and the clock, read at one moment; raises StoreUnavailable."""

        async def command(redis: Redis) -> Look:
            found: list[Any] = await redis.mget(key, self._clock, _claim(key))
            value, clock, claim = found
            return Look(value, None if clock is None else int(clock), claim is not None)

        return await self._client.run(command)

    async def claim(self, key: str) -> bool:
        """Whether the caller is the one who makes the value; raises StoreUnavailable."""

        async def command(redis: Redis) -> bool:
            return bool(await redis.set(_claim(key), b"1", nx=True, px=CLAIM_MILLISECONDS))

        return await self._client.run(command)

    async def keep(self, key: str, value: bytes, seconds: float) -> None:
        """Keeps the value and gives up the claim; raises StoreUnavailable."""

        async def command(redis: Redis) -> None:
            async with redis.pipeline(transaction=False) as pipeline:
                pipeline.set(key, value, px=max(1, int(seconds * 1_000)))
                pipeline.delete(_claim(key))
                await pipeline.execute()

        await self._client.run(command)

    async def release(self, key: str) -> None:
        """Gives up the claim; raises StoreUnavailable."""

        async def command(redis: Redis) -> None:
            await redis.delete(_claim(key))

        await self._client.run(command)

    async def tick(self, seen: int) -> int:
        """Moves the clock on, past `seen` too; raises StoreUnavailable."""

        async def command(redis: Redis) -> int:
            return int(await redis.eval(TICK, 1, self._clock, seen))

        return await self._client.run(command)

    async def close(self) -> None:
        """Lets go of the connections."""
        await self._client.close()


def _claim(key: str) -> str:
    return f"{key}:claim"
