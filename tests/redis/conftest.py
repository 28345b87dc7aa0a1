"""A Redis for each test, and caches as processes have them."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from rustok.app.redis.client import FAILURES, RedisClient
from rustok.app.redis.settings import RedisSettings
from rustok.app.redis.store import RedisStore
from rustok.core.cache import Caches, SharedCaches
from rustok.core.cache.sealing import Seal
from rustok.core.health import HealthChecks
from rustok.core.metrics import ProcessMetrics
from rustok.core.resilience import Breakers, Rules
from rustok.testing.redis import RedisServer, redis_server

PATIENT = RedisSettings(connect_milliseconds=2_000, command_milliseconds=2_000)
"""For tests of what is answered, on a machine that others use too."""


class Machine:
    """What a process has: its own client, breaker, metrics and knowledge of changes."""

    def __init__(
        self,
        url: str,
        settings: RedisSettings = PATIENT,
        *,
        secret: bytes = b"s" * 32,
        rules: Rules | None = None,
    ) -> None:
        self.metrics = ProcessMetrics()
        self.breakers = Breakers(self.metrics, HealthChecks())
        self.breakers.named("redis", rules, failures=FAILURES)
        self.client = RedisClient(url, settings, self.breakers)
        self.now = 1_000.0
        self.hears = True
        self.shared = SharedCaches(
            RedisStore(self.client, "test"),
            Seal(secret),
            "test",
            lambda: self.hears,
            most_bytes=settings.max_value_bytes,
            timer=lambda: self.now,
        )
        self.caches = Caches(self.metrics)
        self.caches.share(self.shared)

    def number(self, cache: str, result: str) -> int:
        """How often the shared level had this result."""
        lines = self.metrics.text().decode().splitlines()
        wanted = f'rustok_cache_requests_total{{cache="{cache}",level="shared",result="{result}"}} '
        found = [line for line in lines if line.startswith(wanted)]
        return int(float(found[0].rpartition(" ")[2])) if found else 0


Machines = Callable[..., Machine]


@pytest.fixture
async def redis() -> AsyncIterator[RedisServer]:
    """A server that runs."""
    with redis_server() as server:
        await server.start()
        yield server


@pytest.fixture
async def machines(redis: RedisServer) -> AsyncIterator[Machines]:
    """Makes processes' caches on the server."""
    made: list[Machine] = []

    def make(settings: RedisSettings = PATIENT, **more: Any) -> Machine:
        machine = Machine(redis.url, settings, **more)
        made.append(machine)
        return machine

    yield make
    for machine in made:
        await machine.shared.close()
