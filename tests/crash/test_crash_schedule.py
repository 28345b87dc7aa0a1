"""A seed says what goes wrong, when, and for whom: the same each time."""

from collections import Counter

import pytest

from tools.crash.load import Pace
from tools.crash.scenarios.storm import FAULTS
from tools.crash.schedule import AMOUNTS, kills, storm

TARGETS = ["serve-1", "serve-2", "relay-1", "relay-2", "index-1", "index-2"]


def test_the_same_seed_makes_the_same_schedule_and_another_seed_another() -> None:
    first = kills(7, 480, TARGETS, processes=200, databases=20)

    assert kills(7, 480, TARGETS, processes=200, databases=20) == first
    assert kills(8, 480, TARGETS, processes=200, databases=20) != first
    assert storm(7, 300, TARGETS, FAULTS, every=2.5) == storm(7, 300, TARGETS, FAULTS, every=2.5)


def test_kills_are_as_many_as_asked_for_and_hit_every_process_alike() -> None:
    strikes = kills(7, 480, TARGETS, processes=200, databases=20)

    assert Counter(strike.fault for strike in strikes) == {"kill": 200, "kill_postgres": 20}
    hits = Counter(strike.target for strike in strikes if strike.fault == "kill")
    assert set(hits) == set(TARGETS)
    assert max(hits.values()) - min(hits.values()) <= 1


@pytest.mark.parametrize("seed", range(20))
def test_a_storm_ends_in_time_with_every_fault_within_its_bounds(seed: int) -> None:
    strikes = storm(seed, 300, TARGETS, FAULTS, every=2.5)

    assert len(strikes) == 120
    assert {strike.fault for strike in strikes} == set(FAULTS)
    assert [strike.at for strike in strikes] == sorted(strike.at for strike in strikes)
    for strike in strikes:
        assert strike.at + strike.seconds <= 300
        low, high = AMOUNTS.get(strike.fault, (0.0, 0.0))
        assert low <= strike.amount <= high


def test_writers_make_up_for_an_outage_but_not_for_all_of_a_long_one() -> None:
    moment = 0.0
    pace = Pace(60, timer=lambda: moment)

    def turns() -> int:
        """How many may go at this moment."""
        return next(count for count in range(10_000) if pace.due() > 0)

    turns()
    for outage, made_up in ((1.0, 60), (10.0, 600), (60.0, 900)):
        moment += outage
        assert turns() == pytest.approx(made_up, abs=2)
