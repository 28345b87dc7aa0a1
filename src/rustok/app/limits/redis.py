"""Shared buckets in Redis, by one script for all that is asked at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from rustok.core.ratelimits import Ask, Grant

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from rustok.app.redis.client import RedisClient

TAKE: Final = """
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local answers = {}
for i, key in ipairs(KEYS) do
    local amount, rate = tonumber(ARGV[5 * i - 4]), tonumber(ARGV[5 * i - 3])
    local least, most = tonumber(ARGV[5 * i - 2]), tonumber(ARGV[5 * i - 1])
    local back = tonumber(ARGV[5 * i])
    local found = redis.call('HMGET', key, 'tokens', 'at')
    local had, at = amount, now
    if found[1] then
        at = math.max(now, tonumber(found[2]))
        had = math.min(amount, tonumber(found[1]) + back + (at - tonumber(found[2])) * rate)
    end
    local given = math.min(most, math.floor(had))
    if given < least then
        given = 0
    end
    if given > 0 or back > 0 then
        had = had - given
        redis.call('HSET', key, 'tokens', string.format('%.6f', had))
        redis.call('HSET', key, 'at', string.format('%.6f', at))
        redis.call('PEXPIRE', key, math.ceil((amount - had) / rate * 1000) + 1000)
    end
    answers[2 * i - 1] = given
    answers[2 * i] = string.format('%.6f', had)
end
return answers
"""
"""A bucket is forgotten when it is full again: without one there are all its tokens."""


class RedisTokens:
    """Implements the TokenStore port over the process's client of Redis."""

    def __init__(self, client: "RedisClient", prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    async def take(self, asks: Sequence[Ask]) -> Sequence[Grant]:
        """Grants in the order of the asks; raises StoreUnavailable."""
        keys = [f"{self._prefix}:limit:{ask.key.hex()}" for ask in asks]
        arguments: list[float] = []
        for ask in asks:
            arguments += (ask.quota.amount, ask.quota.rate, ask.least, ask.most, ask.back)

        async def command(redis: "Redis") -> list[Any]:
            found: list[Any] = await redis.eval(TAKE, len(keys), *keys, *arguments)
            return found

        answers = await self._client.run(command)
        pairs = zip(answers[::2], answers[1::2], strict=True)
        return [Grant(int(granted), float(left)) for granted, left in pairs]
