"""The state machine of a module: what may follow what, whatever happens in whatever order."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.modules.lifecycle import (
    EXPLAINED,
    MOVES,
    WORKING,
    IllegalTransition,
    Standing,
    State,
    broken,
    moved,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
STATES: tuple[State, ...] = tuple(MOVES)


def walk(path: list[tuple[State, str, bool]]) -> list[Standing]:
    """The standings that a module goes through; what is refused leaves it as it was."""
    standing = Standing(since=START)
    found = [standing]
    for number, (to, reason, undone) in enumerate(path, 1):
        now = START + timedelta(seconds=number)
        try:
            if undone:
                standing = broken(standing, now=now, reason=reason)
            else:
                standing = moved(standing, to, now=now, reason=reason)
        except IllegalTransition:
            continue
        found.append(standing)
    return found


paths = st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from(["", "a", "b"]), st.booleans()))


@given(paths)
def test_only_moves_of_the_table_happen(path: list[tuple[State, str, bool]]) -> None:
    standings = walk(path)
    for before, after in pairwise(standings):
        if before.state == after.state:
            assert after.state in EXPLAINED
        else:
            assert after.state in MOVES[before.state]


@given(paths)
def test_nothing_works_before_it_was_initialised_or_after_that_was_undone(
    path: list[tuple[State, str, bool]],
) -> None:
    built = False
    for standing in walk(path):
        if standing.state == "initialized":
            built = True
        elif not standing.built:
            built = False
        assert standing.built == built
        assert built or standing.state not in WORKING


@given(paths)
def test_whatever_ails_says_why(path: list[tuple[State, str, bool]]) -> None:
    assert all(bool(s.reason) for s in walk(path) if s.state in EXPLAINED)


@given(paths)
def test_what_is_disabled_stays_so(path: list[tuple[State, str, bool]]) -> None:
    states = [standing.state for standing in walk(path)]
    assert "disabled" not in states[:-1]


@given(paths)
def test_every_module_that_is_not_disabled_can_work_again(
    path: list[tuple[State, str, bool]],
) -> None:
    standing = walk(path)[-1]
    if standing.state == "disabled":
        return
    now = standing.since + timedelta(seconds=1)
    if not standing.built:
        standing = moved(standing, "initialized", now=now)
    if standing.state != "healthy":
        standing = moved(standing, "healthy", now=now)
    assert standing.works


def test_another_reason_keeps_the_beginning() -> None:
    failed = moved(Standing(since=START), "failed", now=START, reason="one")
    again = moved(failed, "failed", now=START + timedelta(hours=1), reason="another")
    assert (again.since, again.reason) == (START, "another")


@pytest.mark.parametrize("to", ["healthy", "degraded"])
def test_what_failed_to_build_does_not_become_well_by_its_own_word(to: State) -> None:
    failed = broken(Standing(since=START), now=START, reason="services: OSError")
    with pytest.raises(IllegalTransition, match="only once it is initialized"):
        moved(failed, to, now=START, reason="it says so")
