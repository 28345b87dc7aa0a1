"""Finding the event that fails among those of a batch, without failing once for each before it."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from rustok.outbox.care import FACTOR, Care

LANE = UUID(int=1)
OTHER = UUID(int=2)


def attempts(care: Care, most: int, count: int, bad: int, *, slow: bool) -> list[int]:
    """The sizes of the batches until the only bad one of so many events is named."""
    after, tried = 0, []
    while after < bad:
        each = care.of(LANE, after) or most
        upto = min(after + each, count)
        tried.append(upto - after)
        if not after < bad <= upto:
            after = upto
        elif upto - after == 1:
            return tried
        else:
            care.failed({LANE: upto}, upto - after, slow=slow)
    raise AssertionError("the bad event was passed")


@given(st.integers(2, 2_000), st.data())
def test_what_may_take_its_whole_time_limit_fails_twice_before_it_is_named(
    count: int, data: st.DataObject
) -> None:
    bad = data.draw(st.integers(1, count))
    tried = attempts(Care(), count, count, bad, slow=True)
    assert tried == [count, *[1] * bad]


@given(st.integers(2, 2_000), st.data())
def test_batches_shrink_to_the_event_that_fails(count: int, data: st.DataObject) -> None:
    bad = data.draw(st.integers(1, count))
    tried = attempts(Care(), count, count, bad, slow=False)
    assert tried == sorted(tried, reverse=True) or tried[-1] == 1
    assert len(tried) <= 5 * (FACTOR + 1)


def test_a_lane_is_free_again_once_it_has_passed_the_batch_that_failed() -> None:
    care = Care()
    care.failed({LANE: 100}, 80, slow=False)
    assert care.of(LANE, 0) == 10
    assert care.of(LANE, 99) == 10
    assert care.of(LANE, 100) is None
    assert care.of(LANE, 0) is None, "it was forgotten"
    assert care.of(OTHER, 0) is None


@given(st.lists(st.booleans(), min_size=1, max_size=8))
def test_a_lane_with_a_failure_is_taken_by_itself(careful: Sequence[bool]) -> None:
    care, tenants = Care(), [uuid4() for _ in careful]
    for tenant_id, is_careful in zip(tenants, careful, strict=True):
        if is_careful:
            care.failed({tenant_id: 10}, 8, slow=False)
    count, each = care.chosen(tenants, [0] * len(tenants))
    if careful[0]:
        assert (count, each) == (1, 1)
    else:
        assert each is None
        assert not any(careful[:count])
        assert count == len(careful) or careful[count]
