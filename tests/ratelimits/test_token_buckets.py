"""Token buckets, portions of them, and whom they belong to: pure arithmetic."""

import asyncio
from collections.abc import Sequence
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.app.limits.settings import PRODUCTION, RateLimitSettings
from rustok.app.limits.shared import SharedLimiter
from rustok.core.ratelimits import (
    Ask,
    Bucket,
    Grant,
    Kept,
    Policy,
    Quota,
    RateLimited,
    network,
)

QUOTAS = st.builds(Quota, st.integers(1, 10_000), st.integers(1, 3_600))
STEPS = st.lists(st.tuples(st.floats(0, 30), st.integers(1, 50)), max_size=200)


class Time:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@given(QUOTAS, STEPS)
def test_a_bucket_never_gives_more_than_its_amount_and_what_flows_in(
    quota: Quota, steps: list[tuple[float, int]]
) -> None:
    now = 0.0
    bucket = Bucket(quota, now)
    spent = 0
    for pause, cost in steps:
        now += pause
        if bucket.tokens(now) >= cost:
            bucket.spend(cost)
            spent += cost
        assert spent <= quota.amount + quota.rate * now + 1e-6


@given(QUOTAS, st.integers(1, 10_000))
def test_who_waits_as_long_as_told_is_let_in(quota: Quota, cost: int) -> None:
    bucket = Bucket(quota, 0.0)
    bucket.spend(quota.amount)
    wait = bucket.wait(cost, 0.0)
    if cost > quota.amount:
        assert wait == float("inf")
    else:
        assert bucket.tokens(wait + 1e-6) >= cost - 1e-6
        assert bucket.tokens(0.0) <= quota.amount


@given(QUOTAS)
def test_a_clock_that_runs_back_stands_still(quota: Quota) -> None:
    bucket = Bucket(quota, 100.0)
    bucket.spend(quota.amount)
    assert bucket.tokens(50.0) == 0.0
    assert bucket.tokens(100.0) == 0.0


class OneStore:
    """What every store does, in one place and with one clock."""

    def __init__(self, time: Time) -> None:
        self.asked = 0
        self._time = time
        self._buckets: dict[bytes, Bucket] = {}

    async def take(self, asks: Sequence[Ask]) -> Sequence[Grant]:
        self.asked += 1
        return [self._take(ask) for ask in asks]

    def _take(self, ask: Ask) -> Grant:
        bucket = self._buckets.setdefault(ask.key, Bucket(ask.quota, self._time()))
        had = min(float(ask.quota.amount), bucket.tokens(self._time()) + ask.back)
        given_ = min(ask.most, int(had))
        if given_ < ask.least:
            given_ = 0
        bucket.spend(bucket.tokens(self._time()) - had + given_)
        return Grant(given_, had - given_)


async def _admitted(limiter: SharedLimiter, policy: Policy) -> bool:
    try:
        await limiter.spend([(policy, limiter.meter(policy, "ada"))], 1)
    except RateLimited:
        return False
    return True


@pytest.mark.parametrize("processes", [1, 3, 8])
@pytest.mark.parametrize("quota", ["600/60", "6000/60", "50/1", "12/60"])
async def test_processes_that_share_a_bucket_admit_its_quota_within_5_percent(
    processes: int, quota: str
) -> None:
    policy = Policy("user", Quota.of(quota), "requests")
    time = Time()
    store = OneStore(time)
    limiters = [SharedLimiter(store, b"secret", time) for _ in range(processes)]
    admitted = asked = 0
    step = policy.quota.seconds / (4 * policy.quota.amount)  # four times as often as may be
    began = time.now
    while time.now < began + 2 * policy.quota.seconds:
        for limiter in limiters:
            admitted += await _admitted(limiter, policy)
            asked += 1
        time.now += step * processes
    due = policy.quota.amount * 3
    assert 0.95 * due - 1 <= admitted <= 1.0001 * due
    assert asked > 2 * due


async def test_a_store_is_asked_for_portions_and_not_for_each_request() -> None:
    policy = Policy("tenant", Quota.of("120000/60"), "requests")
    time = Time()
    store = OneStore(time)
    limiter = SharedLimiter(store, b"secret", time)
    for _ in range(100_000):
        assert await _admitted(limiter, policy)
        time.now += 0.0001
    assert store.asked < 200


async def test_refusals_do_not_ask_the_store() -> None:
    policy = Policy("address", Quota.of("5/60"), "requests")
    time = Time()
    store = OneStore(time)
    limiter = SharedLimiter(store, b"secret", time)
    assert sum([await _admitted(limiter, policy) for _ in range(1_000)]) == 5
    assert store.asked <= 6


async def test_seldom_requests_waste_nothing() -> None:
    policy = Policy("user", Quota.of("60/60"), "requests")
    time = Time()
    store = OneStore(time)
    limiters = [SharedLimiter(store, b"secret", time) for _ in range(4)]
    for _ in range(100):
        for limiter in limiters:
            assert await _admitted(limiter, policy)  # 0.8 a second, of 1 that flows in
        time.now += 5.0


async def test_many_tasks_of_a_process_wait_for_one_answer() -> None:
    policy = Policy("user", Quota.of("100/3600"), "requests")
    time = Time()
    limiter = SharedLimiter(OneStore(time), b"secret", time)
    answers = await asyncio.gather(*(_admitted(limiter, policy) for _ in range(300)))
    assert sum(answers) == 100


async def test_one_of_several_limits_refuses_and_the_others_lose_nothing() -> None:
    time = Time()
    narrow = Policy("user", Quota.of("1/60"), "requests")
    wide = Policy("tenant", Quota.of("10/60"), "requests")
    limiter = SharedLimiter(OneStore(time), b"secret", time)
    both = [(narrow, limiter.meter(narrow, "a")), (wide, limiter.meter(wide, "b"))]
    await limiter.spend(both, 1)
    for _ in range(20):
        with pytest.raises(RateLimited) as refused:
            await limiter.spend(both, 1)
        assert refused.value.extra["policy"] == "user"
    assert limiter.refusals.by_policy == {"user": 20}
    assert both[1][1].tokens(time.now) == 9


def test_what_is_kept_has_an_end_and_the_lately_used_stay() -> None:
    kept: Kept[int] = Kept(100)
    kept.put("mine", 1)
    for number in range(10_000):
        kept.put(number, number)
        assert kept.get("mine") == 1
        assert len(kept) <= 200


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:0001:0002::FFFF", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("unix", "unix"),
        ("", ""),
    ],
)
def test_an_address_has_one_spelling_and_ipv6_counts_by_64(address: str, subject: str) -> None:
    assert network(address) == subject


@pytest.mark.parametrize("text", ["", "10", "0/60", "10/0", "-1/60", "10/60s", "1e3/60", " 1/60"])
def test_a_limit_is_an_amount_and_seconds(text: str) -> None:
    with pytest.raises(ValueError, match="AMOUNT/SECONDS"):
        RateLimitSettings(address=text)


def test_development_has_the_limits_that_are_set_and_production_all() -> None:
    settings = RateLimitSettings(address="7/60", tenant="off")
    development = {name: settings.policy(name, production=False) for name in PRODUCTION}
    assert [name for name, policy in development.items() if policy] == ["address"]
    production = {name: settings.policy(name, production=True) for name in PRODUCTION}
    assert [name for name, policy in production.items() if policy is None] == ["tenant"]
    assert production["address"] == Policy("address", Quota(7, 60), "requests")


@given(QUOTAS, st.integers(1, 20_000), st.floats(0, 10_000))
def test_a_refusal_says_when_to_come_again(quota: Quota, cost: int, wait: float) -> None:
    refusal = RateLimited.by(Policy("address", quota, "requests"), cost, wait)
    assert refusal.retry_after == max(1, ceil(wait))
    assert refusal.status == 429
    assert refusal.code == "RATE_LIMITED"
