"""Opens the store of shared buckets that the settings name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rustok.app.limits.guarded import GuardedStore
from rustok.app.limits.postgres import PostgresTokens
from rustok.app.limits.settings import RateLimitSettings
from rustok.app.redis.settings import RedisSettings
from rustok.core.host import Host
from rustok.core.ratelimits import TokenStore
from rustok.core.resilience import Breakers
from rustok.core.settings import BadSettings, variable_name

BREAKER = "rate-limits"


@asynccontextmanager
async def shared_tokens(host: Host, runtime_url: str) -> AsyncIterator[None]:
    """Provides the store that the settings name while the block runs; memory needs none.

    Raises BadSettings for Redis where no REDIS_URL says which.
    """
    kind = host.settings(RateLimitSettings).store
    if kind == "postgres":
        tokens = await PostgresTokens.open(runtime_url)
        _provide(host, GuardedStore(tokens, host.get(Breakers).named(BREAKER)))
        try:
            yield
        finally:
            await tokens.close()
        return
    if kind == "redis":
        _provide(host, GuardedStore(_redis(host), None))
    yield


def _redis(host: Host) -> TokenStore:
    # lazy: half a second, and of no use without a server
    from rustok.app.limits.redis import RedisTokens
    from rustok.app.redis.client import RedisClient

    client = host.find(RedisClient)
    if client is None:
        raise BadSettings([f"{variable_name('rate_limits', 'store')}=redis needs REDIS_URL"])
    return RedisTokens(client, host.settings(RedisSettings).prefix)


def _provide(host: Host, store: GuardedStore) -> None:
    host.provide(TokenStore, store)
    host.provide(GuardedStore, store)
