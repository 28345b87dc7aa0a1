"""Levels, depths and their changes: pure rules."""

from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from rustok.core.pressure import Capacity, Depth, Level, Reading, Waiting, next_level
from rustok.core.pressure.reading import MOST_SECONDS

CAPACITY = Capacity(tenant=100, total=400)
RATIOS = st.floats(0, 3)
LEVELS = st.sampled_from(["normal", "warning", "critical"])
TENANTS = [UUID(int=n) for n in range(1, 6)]
WAITING = st.lists(
    st.builds(
        Waiting,
        st.sampled_from(["", "index.products", "reviews.counts"]),
        st.sampled_from(TENANTS),
        st.integers(0, 300),
    ),
    max_size=12,
    unique_by=lambda each: (each.consumer, each.tenant_id),
)


@given(LEVELS, RATIOS)
def test_a_level_is_what_the_thresholds_say(level: Level, ratio: float) -> None:
    now = next_level(level, ratio)
    if ratio > 0.8:
        assert now == "critical"
    elif ratio < 0.4:
        assert now == "normal"
    elif ratio < 0.5:
        assert now == ("normal" if level == "normal" else "warning")
    elif ratio < 0.7:
        assert now == "warning"
    else:
        assert now == ("critical" if level == "critical" else "warning")


@given(st.lists(st.floats(0.71, 0.79), min_size=2, max_size=50))
def test_what_wavers_about_a_threshold_does_not_flap(ratios: list[float]) -> None:
    for begun in ("warning", "critical"):
        level: Level = next_level("normal", 0.9) if begun == "critical" else "warning"
        levels = [level]
        for ratio in ratios:
            levels.append(next_level(levels[-1], ratio))
        assert all(one == other for one, other in pairwise(levels))


@given(st.lists(WAITING, max_size=8))
def test_levels_follow_the_depths_and_each_change_is_told_once(looks: list[list[Waiting]]) -> None:
    reading = Reading()
    levels: dict[str, Level] = {}
    for waiting in looks:
        reading, changes = reading.after(waiting, CAPACITY, 1.0)
        for change in changes:
            assert levels.get(change.subject, "normal") == change.before
            assert change.before != change.now
            levels[change.subject] = change.now
        for tenant_id in TENANTS:
            assert reading.of(tenant_id).level == levels.get(str(tenant_id), "normal")
        assert reading.total.level == levels.get("platform", "normal")


@given(WAITING)
def test_a_depth_is_what_has_no_position_and_what_the_furthest_behind_has(
    waiting: list[Waiting],
) -> None:
    reading, _ = Reading().after(waiting, CAPACITY, 1.0)
    given_ = {(each.consumer, each.tenant_id): each.events for each in waiting}
    consumers = ("index.products", "reviews.counts")
    for tenant_id in TENANTS:
        behind = max(given_.get((name, tenant_id), 0) for name in consumers)
        assert reading.of(tenant_id).events == given_.get(("", tenant_id), 0) + behind
    unsequenced = sum(given_.get(("", tenant_id), 0) for tenant_id in TENANTS)
    furthest = max(sum(given_.get((name, t), 0) for t in TENANTS) for name in consumers)
    assert reading.total.events == unsequenced + furthest


@given(st.integers(71, 300), st.integers(0, 10_000), st.floats(0.1, 60))
def test_who_is_refused_is_told_when_it_may_be_over(
    events: int, worked_off: int, seconds: float
) -> None:
    depth = Depth(events + worked_off, "critical").after(events, 100, seconds)
    wait = depth.retry_after(100)
    assert 1 <= wait <= MOST_SECONDS
    if worked_off and wait < MOST_SECONDS:
        assert depth.drain * wait >= (events - 70) * 0.99


def test_tenants_without_events_are_forgotten() -> None:
    busy = [Waiting("index.products", TENANTS[0], 90)]
    reading, changes = Reading().after(busy, CAPACITY, 1.0)
    assert [(change.subject, change.now) for change in changes] == [
        (str(TENANTS[0]), "critical"),
    ]
    reading, changes = reading.after([], CAPACITY, 1.0)
    assert reading.tenants == {}
    assert [(change.before, change.now) for change in changes] == [("critical", "normal")]
