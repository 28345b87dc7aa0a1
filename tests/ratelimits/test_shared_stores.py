"""Limits that processes share over PostgreSQL and over Redis, and the loss of the store."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from subprocess import PIPE

import asyncpg
import pytest

from rustok.app.limits.guarded import GuardedStore
from rustok.app.limits.postgres import PostgresTokens
from rustok.app.limits.redis import RedisTokens
from rustok.app.limits.shared import SharedLimiter
from rustok.app.redis.client import RedisClient
from rustok.app.redis.settings import RedisSettings
from rustok.core.health import HealthChecks
from rustok.core.metrics import ProcessMetrics
from rustok.core.ratelimits import Ask, Policy, Quota, RateLimited, TokenStore
from rustok.core.ratelimits.share import STEADY_SECONDS
from rustok.core.resilience import Breaker, Breakers
from rustok.core.settings import BadSettings
from rustok.testing.databases import TestDatabase
from rustok.testing.redis import RedisServer, redis_server
from tests.ratelimits.conftest import Limited

SCRIPT = Path(__file__).with_name("counting_process.py")
HALF_FULL = Quota(100, 3_600)


@pytest.fixture
async def redis() -> AsyncIterator[RedisServer]:
    """A server that runs."""
    with redis_server() as server:
        await server.start()
        yield server


@pytest.fixture(params=["postgres", "redis"])
async def store(
    request: pytest.FixtureRequest, database: TestDatabase, redis: RedisServer
) -> AsyncIterator[tuple[TokenStore, str, str]]:
    """Each store, with its kind and its address."""
    if request.param == "postgres":
        tokens = await PostgresTokens.open(database.runtime_url)
        yield tokens, "postgres", database.runtime_url
        await tokens.close()
        return
    settings = RedisSettings(command_milliseconds=250)
    client = RedisClient(redis.url, settings, Breakers(ProcessMetrics(), HealthChecks()))
    yield RedisTokens(client, "test"), "redis", redis.url
    await client.close()


def ask(key: bytes = b"k", *, least: int = 1, most: int = 1, back: int = 0) -> Ask:
    """An ask of a bucket of 100 an hour."""
    return Ask(key, HALF_FULL, least, most, back)


async def test_a_bucket_gives_what_it_has_and_no_more(
    store: tuple[TokenStore, str, str],
) -> None:
    tokens, _, _ = store
    (first,) = await tokens.take([ask(most=60)])
    assert first.granted == 60
    assert 40 <= first.left < 41
    (second,) = await tokens.take([ask(least=50, most=60)])
    assert second.granted == 0
    (third,) = await tokens.take([ask(least=1, most=60)])
    assert third.granted == 40
    (back,) = await tokens.take([ask(least=30, most=30, back=30)])
    assert back.granted == 30


async def test_buckets_are_asked_together_and_answered_in_order(
    store: tuple[TokenStore, str, str],
) -> None:
    tokens, _, _ = store
    await tokens.take([ask(b"b", least=100, most=100)])
    grants = await tokens.take([ask(b"c", most=3), ask(b"b", most=3), ask(b"a", most=2)])
    assert [grant.granted for grant in grants] == [3, 0, 2]


async def test_what_is_given_back_never_overfills(store: tuple[TokenStore, str, str]) -> None:
    tokens, _, _ = store
    await tokens.take([ask(most=5)])
    (grant,) = await tokens.take([ask(least=0, most=0, back=50)])
    assert grant.left == 100


@pytest.mark.parametrize("quota", ["120/2", "300/30"])
async def test_processes_together_admit_a_limit_within_5_percent(
    store: tuple[TokenStore, str, str], quota: str
) -> None:
    _, kind, url = store
    seconds = 6.0
    arguments = [str(SCRIPT), kind, url, quota, repr(seconds)]
    running = [
        await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=PIPE, stdout=PIPE)
        for _ in range(3)
    ]
    for process in running:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    start = repr(time.time() + 0.2).encode()
    outputs = [out for out, _ in await asyncio.gather(*(p.communicate(start) for p in running))]
    assert [process.returncode for process in running] == [0, 0, 0]
    counts = [[int(number) for number in output.splitlines()[-1].split()] for output in outputs]
    admitted, refused, asked, replaced = (sum(numbers) for numbers in zip(*counts, strict=True))
    limit = Quota.of(quota)
    due = limit.amount + limit.rate * seconds
    assert 0.95 * due <= admitted <= 1.05 * due
    assert refused > admitted / 2
    assert asked <= admitted + 3 * seconds / STEADY_SECONDS
    assert replaced == 0


async def _count(limiter: SharedLimiter, policy: Policy, times: int) -> int:
    admitted = 0
    for _ in range(times):
        try:
            await limiter.spend([(policy, limiter.meter(policy, "ada"))], 1)
            admitted += 1
        except RateLimited:
            pass
    return admitted


async def test_who_loses_redis_counts_for_himself_and_fails_nobody(
    redis: RedisServer,
) -> None:
    client = RedisClient(redis.url, RedisSettings(), Breakers(ProcessMetrics(), HealthChecks()))
    store = GuardedStore(RedisTokens(client, "test"), None)
    policy = Policy("user", Quota(300, 36_000), "requests")
    limiter = SharedLimiter(store, b"secret")
    assert await _count(limiter, policy, 50) == 50
    assert store.replaced == 0
    redis.freeze()
    try:
        assert await _count(limiter, policy, 100) == 100
        assert store.replaced > 0
        assert 200 <= await _count(limiter, policy, 1_000) <= 303
    finally:
        redis.thaw()
        await client.close()


async def test_who_loses_postgres_counts_for_himself(database: TestDatabase) -> None:
    tokens = await PostgresTokens.open(database.runtime_url)
    breaker = Breaker("rate-limits")
    store = GuardedStore(tokens, breaker)
    policy = Policy("user", Quota(100, 36_000), "requests")
    limiter = SharedLimiter(store, b"secret")
    assert await _count(limiter, policy, 10) == 10
    owner = await asyncpg.connect(database.owner_url)
    try:
        async with owner.transaction():
            await owner.execute("LOCK TABLE sys_rate_buckets IN ACCESS EXCLUSIVE MODE")
            assert 80 <= await _count(limiter, policy, 300) <= 101
            assert store.replaced > 0
    finally:
        await owner.close()
        await tokens.close()


async def test_the_roles_reach_buckets_by_the_function_alone(database: TestDatabase) -> None:
    for url in (database.runtime_url, database.worker_url):
        connection = await asyncpg.connect(url)
        try:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("SELECT FROM sys_rate_buckets")
        finally:
            await connection.close()


async def test_full_buckets_are_swept(database: TestDatabase) -> None:
    tokens = await PostgresTokens.open(database.runtime_url)
    owner = await asyncpg.connect(database.owner_url)
    try:
        quick = Quota(1_000_000, 1)
        for number in range(10):
            await tokens.take([Ask(b"old%d" % number, quick, 1, 1, 0)])
        await _until(tokens, owner)
    finally:
        await tokens.close()
        await owner.close()


async def _until(tokens: PostgresTokens, owner: asyncpg.Connection) -> None:
    """One call of a thousand sweeps: many together do for sure."""
    async with asyncio.timeout(30):
        while await owner.fetchval("SELECT count(*) FROM sys_rate_buckets") > 1:
            asks = [ask()]
            for _ in range(500):
                await tokens.take(asks)


@pytest.mark.parametrize("kind", ["memory", "postgres", "redis"])
async def test_a_site_refuses_whichever_store_it_has(
    limited: Limited, redis: RedisServer, kind: str
) -> None:
    async with (
        limited(address="3/3600", tenant="1000/60", store=kind, redis_url=redis.url) as site,
        site.at("203.0.113.1") as client,
    ):
        found = [(await client.get("/api/v1/store/products")).status_code for _ in range(5)]
        assert found == [200] * 3 + [429] * 2
        last = await client.get("/api/v1/store/products")
        assert last.headers["ratelimit"].startswith('"address";r=0;t=')


async def test_redis_as_a_store_needs_to_be_named(limited: Limited) -> None:
    with pytest.raises(BadSettings, match="REDIS_URL"):
        async with limited(store="redis"):
            pass


async def test_sites_on_one_database_share_a_limit(limited: Limited) -> None:
    settings = {"address": "6/3600", "store": "postgres"}
    async with limited(**settings) as one, limited(**settings) as other:
        found = []
        for site in (one, other) * 4:
            async with site.at("203.0.113.1") as client:
                found.append((await client.get("/api/v1/store/products")).status_code)
    assert found == [200] * 6 + [429] * 2
