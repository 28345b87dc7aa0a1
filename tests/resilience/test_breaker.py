"""The breaker around calls that wait: what counts, what is given back, what callers are told."""

import asyncio

import pytest

from rustok.core.resilience import Breaker, BreakerOpen, Rules, State


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
def breaker(hands: Hands) -> Breaker:
    return Breaker("thing", failures=(Lost, TimeoutError), timer=hands)


async def _fail(breaker: Breaker) -> None:
    with pytest.raises(Lost):
        async with breaker:
            raise Lost


async def _open(breaker: Breaker) -> None:
    for _ in range(Rules().failures):
        await _fail(breaker)
    assert breaker.state == "open"


async def test_five_failures_in_a_row_open_it_and_callers_are_told_how_long(
    breaker: Breaker, hands: Hands
) -> None:
    await _open(breaker)
    hands.now += 10.5
    with pytest.raises(BreakerOpen) as refusal:
        async with breaker:
            pytest.fail("the block must not run")
    assert refusal.value.retry_after == 20
    assert (refusal.value.code, refusal.value.status) == ("BREAKER_OPEN", 503)
    assert (breaker.opened, breaker.refused) == (1, 1)
    with pytest.raises(BreakerOpen):
        breaker.check()
    assert breaker.refused == 1


async def test_an_answer_between_failures_begins_the_count_again(breaker: Breaker) -> None:
    for _ in range(4):
        await _fail(breaker)
    async with breaker:
        pass
    for _ in range(4):
        await _fail(breaker)
    assert breaker.state == "closed"


async def test_an_error_that_is_an_answer_is_no_failure(breaker: Breaker) -> None:
    for _ in range(20):
        with pytest.raises(Refused):
            async with breaker:
                raise Refused
    assert breaker.state == "closed"


async def test_a_time_limit_inside_the_block_is_a_failure(breaker: Breaker) -> None:
    for _ in range(5):
        with pytest.raises(TimeoutError):
            async with breaker, asyncio.timeout(0):
                await asyncio.Event().wait()
    assert breaker.state == "open"


async def test_three_probes_at_a_time_and_the_place_of_a_cancelled_one_is_free_again(
    breaker: Breaker, hands: Hands
) -> None:
    await _open(breaker)
    hands.now += 30
    inside: list[int] = []
    answered = asyncio.Event()

    async def probe(number: int) -> None:
        async with breaker:
            inside.append(number)
            await answered.wait()

    probes = [asyncio.create_task(probe(number)) for number in range(5)]
    done, waiting = await asyncio.wait(probes, timeout=0.05)
    assert len(inside) == 3
    assert all(isinstance(task.exception(), BreakerOpen) for task in done)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert (breaker.opened, breaker.wait_seconds) == (1, 0)
    answered.set()
    await asyncio.gather(*(probe(number) for number in range(2)))
    assert breaker.state == "closed"


async def test_one_failed_probe_opens_it_for_another_thirty_seconds(
    breaker: Breaker, hands: Hands
) -> None:
    await _open(breaker)
    hands.now += 30
    async with breaker:
        pass
    await _fail(breaker)
    assert breaker.state == "open"
    assert breaker.wait_seconds == 30
    assert breaker.opened == 2


async def test_what_began_before_it_opened_neither_closes_nor_opens_it(
    breaker: Breaker, hands: Hands
) -> None:
    late = asyncio.Event()

    async def slow(error: Exception | None) -> None:
        async with breaker:
            await late.wait()
            if error is not None:
                raise error

    slow_ones = [asyncio.create_task(slow(error)) for error in (None, None, Lost())]
    await asyncio.sleep(0)
    await _open(breaker)
    hands.now += 30
    async with breaker:
        late.set()
        await asyncio.wait(slow_ones)
        assert breaker.state == "half-open"
        assert isinstance(slow_ones[2].exception(), Lost)
    async with breaker:
        pass
    assert not breaker.wait_seconds
    await _fail(breaker)  # closed again: one failure is not enough
    breaker.check()


async def test_listeners_hear_every_change(breaker: Breaker, hands: Hands) -> None:
    heard: list[State] = []
    breaker.listen(heard.append)
    await _open(breaker)
    hands.now += 30
    for _ in range(2):
        async with breaker:
            pass
    assert heard == ["open", "half-open", "closed"]


async def test_blocks_of_one_task_may_be_nested(breaker: Breaker) -> None:
    async with breaker:
        async with breaker:
            pass
        await _fail(breaker)
    assert breaker.state == "closed"


def test_rules_by_which_it_never_opens_are_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        Rules(failures=0)
