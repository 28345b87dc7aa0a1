"""Whatever comes in whatever order, what the buffers give has no gap and keeps its bounds."""

from uuid import UUID, uuid4

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.events.transport import Lane, Link
from rustok.streaming.buffers import OVERHEAD_BYTES, Buffers
from rustok.streaming.source import Interest, Patience
from rustok.testing.conformance.transport import Log, check

LENGTH = 40
arrivals = st.lists(st.integers(0, LENGTH - 1), max_size=120)


def lane(tenant: UUID, after: int = 0) -> Lane:
    return Lane(tenant_id=tenant, after=after)


@given(arrivals, st.integers(1, 30), st.integers(0, LENGTH), st.integers(1, 10))
def test_what_is_given_is_what_follows_in_the_log(
    order: list[int], most_events: int, after: int, most: int
) -> None:
    log = Log(3)
    links = log.append(LENGTH)
    buffers = Buffers(most_events=most_events, most_bytes=10_000_000)
    for number in order:
        buffers.add(links[number])
    for tenant in log.tenants:
        found = buffers.stretch(lane(tenant, after), most)
        if found is not None:
            check(found, lane(tenant, after), log, most)
            assert found.events


@given(arrivals)
def test_all_is_given_once_all_has_come(order: list[int]) -> None:
    log = Log(3)
    links = log.append(LENGTH)
    buffers = Buffers(most_events=LENGTH, most_bytes=10_000_000)
    for number in [*order, *range(LENGTH)]:
        buffers.add(links[number])
    for tenant in log.tenants:
        found = buffers.stretch(lane(tenant), LENGTH)
        assert found is not None
        assert list(found.events) == log.of(tenant)
    assert buffers.events == LENGTH


@given(arrivals, st.integers(1, 8), st.integers(1, 20))
def test_bounds_are_kept(order: list[int], most_events: int, most: int) -> None:
    log = Log(3)
    links = log.append(LENGTH)
    most_bytes = most * OVERHEAD_BYTES
    buffers = Buffers(most_events=most_events, most_bytes=most_bytes)
    for number in order:
        buffers.add(links[number])
        kept = list(buffers)
        assert buffers.events == len(kept) <= 3 * most_events
        assert buffers.bytes == sum(len(link.event.payload) + OVERHEAD_BYTES for link in kept)
        assert buffers.bytes <= most_bytes


def test_a_flood_of_one_tenant_leaves_the_others_theirs() -> None:
    log = Log(2)
    flooding, quiet = log.tenants
    buffers = Buffers(most_events=50, most_bytes=10_000_000)
    for link in [*log.append(3, tenant=quiet), *log.append(5_000, tenant=flooding)]:
        buffers.add(link)
    found = buffers.stretch(lane(quiet), 10)
    assert found is not None
    assert len(found.events) == 3
    assert buffers.events == 53
    assert len(buffers._arrivals) < 5_000


def test_two_events_at_one_position_are_both_given_up_and_what_follows_them() -> None:
    log = Log(1)
    (tenant,) = log.tenants
    links = log.append(5)
    buffers = Buffers(most_events=50, most_bytes=10_000_000)
    for link in links:
        buffers.add(link)
    other = msgspec.structs.replace(links[2].event, id=uuid4())
    assert not buffers.add(Link(other, links[2].previous))
    found = buffers.stretch(lane(tenant), 10)
    assert found is not None
    assert found.upto == 2
    assert buffers.stretch(lane(tenant, 2), 10) is None


def test_nothing_is_left_after_everything_was_forgotten() -> None:
    log = Log(2)
    buffers = Buffers(most_events=50, most_bytes=10_000_000)
    for link in log.append(10):
        buffers.add(link)
    buffers.clear()
    assert (list(buffers), buffers.events, buffers.bytes) == ([], 0, 0)
    assert buffers.newest(log.tenants[0]) == 0


class Timer:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_patience_ends_and_begins_again_at_the_next_place() -> None:
    timer, tenant = Timer(), uuid4()
    patience = Patience(0.05, timer=timer)
    assert patience.lasts("one", lane(tenant, 3))
    timer.now += 0.04
    assert patience.lasts("one", lane(tenant, 3))
    assert patience.lasts("other", lane(tenant, 3))
    timer.now += 0.02
    assert not patience.lasts("one", lane(tenant, 3))
    assert patience.lasts("other", lane(tenant, 3))
    assert patience.lasts("one", lane(tenant, 4))
    assert not Patience(0, timer=timer).lasts("one", lane(tenant, 4))


def test_interest_is_lost_when_nobody_asks_any_more() -> None:
    timer = Timer()
    interest = Interest(timer=timer)
    interest.note(3)
    assert interest.changed.is_set()
    timer.now += 50
    interest.note(4)
    timer.now += 20
    assert interest.current() == {4}
