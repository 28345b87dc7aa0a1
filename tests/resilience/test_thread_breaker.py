"""The breaker around calls of threads: counted exactly, and never held while a call runs."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock

import pytest
from structlog.testing import capture_logs

from rustok.core.health import HealthChecks
from rustok.core.metrics import ProcessMetrics
from rustok.core.resilience import BreakerOpen, Breakers, Rules, State, ThreadBreaker

SECONDS = 30.0


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Lost(Exception):
    """The other side does not answer."""


class Refused(Exception):
    """The other side answers, and says no."""


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def breaker(hands: Hands) -> ThreadBreaker:
    rules = Rules(failures=3, probes=1, successes=1)
    return ThreadBreaker("thing", rules, failures=(Lost,), timer=hands)


def fail(breaker: ThreadBreaker) -> None:
    with pytest.raises(Lost), breaker.calling():
        raise Lost


def test_failures_in_a_row_open_it_and_an_answer_closes_it(
    breaker: ThreadBreaker, hands: Hands
) -> None:
    heard: list[State] = []
    breaker.listen(heard.append)
    with capture_logs() as logs:
        for _ in range(3):
            fail(breaker)
        with pytest.raises(BreakerOpen), breaker.calling():
            pytest.fail("the block must not run")
        assert (breaker.state, breaker.wait_seconds, breaker.refused) == ("open", 30, 1)
        hands.now += 30
        assert (breaker.state, breaker.wait_seconds) == ("half-open", 0)
        with breaker.calling():
            pass
    assert heard == ["open", "half-open", "closed"]
    assert [log["event"] for log in logs] == ["breaker_opened", "breaker_closed"]


def test_an_error_that_is_an_answer_is_no_failure(breaker: ThreadBreaker) -> None:
    for _ in range(10):
        with pytest.raises(Refused), breaker.calling():
            raise Refused
    assert breaker.state == "closed"


def test_a_call_that_is_broken_off_counts_as_neither_and_gives_its_place_back(
    breaker: ThreadBreaker, hands: Hands
) -> None:
    for _ in range(3):
        fail(breaker)
    hands.now += 30
    with pytest.raises(KeyboardInterrupt), breaker.calling():
        raise KeyboardInterrupt
    assert (breaker.state, breaker.opened) == ("half-open", 1)
    with breaker.calling():
        pass
    assert breaker.state == "closed"


def test_one_thread_tries_it_while_the_others_are_refused_at_once(
    breaker: ThreadBreaker, hands: Hands
) -> None:
    for _ in range(3):
        fail(breaker)
    hands.now += 30
    together, answered, refused = Barrier(8), Event(), Lock()
    inside: list[int] = []
    outside: list[int] = []

    def call(number: int) -> None:
        together.wait(SECONDS)
        try:
            with breaker.calling():
                inside.append(number)
                assert answered.wait(SECONDS)
        except BreakerOpen:
            with refused:
                outside.append(number)
                if len(outside) == 7:
                    answered.set()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(call, range(8)))
    assert len(inside) == 1
    assert (breaker.state, breaker.refused) == ("closed", 7)


def test_no_call_is_lost_or_counted_twice_among_threads(breaker: ThreadBreaker) -> None:
    asked, refused = 4 * 500, []

    def call(number: int) -> None:
        try:
            with breaker.calling():
                if number % 5:
                    raise Lost
        except Lost:
            pass
        except BreakerOpen:
            refused.append(number)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(call, range(asked)))
    assert (breaker.state, breaker.opened) == ("open", 1)
    assert breaker.refused == len(refused)


async def test_a_name_is_of_one_kind_of_breaker_and_is_seen_like_any_other() -> None:
    checks, metrics = HealthChecks(), ProcessMetrics()
    breakers = Breakers(metrics, checks)
    thing = breakers.of_threads("thing", Rules(failures=1), failures=(Lost,))
    assert breakers.of_threads("thing") is thing
    with pytest.raises(TypeError, match="ThreadBreaker"):
        breakers.named("thing")
    await asyncio.to_thread(fail, thing)
    report = await checks.report()
    assert (report.status, report.checks["breaker.thing"].critical) == ("warn", False)
    assert list(breakers) == [thing]
