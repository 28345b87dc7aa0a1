"""One of several processes that ask for more than a shared limit has; prints what it was given.

`python counting_process.py STORE URL QUOTA SECONDS`. It says that it is ready, and begins at the
moment, in Unix time, that it is told then.
"""

import asyncio
import sys
import time
from typing import Any

from rustok.app.limits.guarded import GuardedStore
from rustok.app.limits.postgres import PostgresTokens
from rustok.app.limits.redis import RedisTokens
from rustok.app.limits.shared import SharedLimiter
from rustok.app.redis.client import RedisClient
from rustok.app.redis.settings import RedisSettings
from rustok.core.health import HealthChecks
from rustok.core.metrics import ProcessMetrics
from rustok.core.ratelimits import Policy, Quota, RateLimited
from rustok.core.resilience import Breakers


async def main(kind: str, url: str, quota: str, seconds: float) -> None:
    """Asks until the time is over."""
    tokens: Any
    closing: Any
    if kind == "postgres":
        tokens = closing = await PostgresTokens.open(url)
    else:
        breakers = Breakers(ProcessMetrics(), HealthChecks())
        closing = RedisClient(url, RedisSettings(command_milliseconds=250), breakers)
        tokens = RedisTokens(closing, "test")
    store = GuardedStore(tokens, None)
    limiter = SharedLimiter(store, b"a secret of all processes")
    policy = Policy("user", Quota.of(quota), "requests")
    admitted = refused = 0
    print("ready", flush=True)  # noqa: T201  # whoever started it waits for that
    start = float(sys.stdin.readline())
    while time.time() < start:  # noqa: ASYNC110  # a moment tells nobody
        await asyncio.sleep(0.001)
    while time.time() < start + seconds:
        try:
            await limiter.spend([(policy, limiter.meter(policy, "ada"))], 1)
            admitted += 1
        except RateLimited:
            refused += 1
        await asyncio.sleep(0.001)  # a load of a known height, on a shared machine
    await closing.close()
    print(admitted, refused, store.asked, store.replaced)  # noqa: T201  # the answer


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])))
