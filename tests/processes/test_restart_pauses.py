"""How soon what ended is started again: never at once for ever, never late for long."""

from hypothesis import given
from hypothesis import strategies as st

from rustok.app.processes.restarts import FIRST_SECONDS, MOST_SECONDS, WELL_SECONDS, Restarts

lives = st.lists(st.floats(0, 1_000), max_size=50)


@given(lives)
def test_pauses_stay_within_their_limits(lived: list[float]) -> None:
    restarts = Restarts()
    pauses = [restarts.after(seconds) for seconds in lived]
    assert all(FIRST_SECONDS <= pause <= MOST_SECONDS for pause in pauses)
    assert restarts.count == len(lived)


@given(lives)
def test_a_good_minute_is_as_a_first_start(lived: list[float]) -> None:
    restarts = Restarts()
    for seconds in lived:
        restarts.after(seconds)
    assert restarts.after(WELL_SECONDS) == FIRST_SECONDS
    assert restarts.after(0) == 2 * FIRST_SECONDS


def test_what_ends_at_once_is_started_less_and_less_often() -> None:
    restarts = Restarts()
    pauses = [restarts.after(0.1) for _ in range(8)]
    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
