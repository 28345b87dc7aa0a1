"""Generated operations on generated schemas get graphql-core's answers, to the letter.

`RUSTOK_ORACLE_CASES` is how many cases to try, `RUSTOK_ORACLE_SEED` which ones.
"""

import os
from collections.abc import Iterator
from random import Random

import pytest
from graphql import execute
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.gql.oracle.cases import Case, answered_together, cases_of
from tests.gql.oracle.census import Census
from tests.gql.oracle.choices import Drawn
from tests.gql.oracle.comparison import difference
from tests.gql.oracle.planning import Plans
from tests.gql.oracle.reduction import reduced, report
from tests.gql.oracle.running import Execute, Runner
from tests.gql.oracle.schemas import some_schema

CASES = int(os.environ.get("RUSTOK_ORACLE_CASES", "22000"))
SEED = int(os.environ.get("RUSTOK_ORACLE_SEED", "1"))
BATCHES = 8
DOCUMENTS = 6
"""Documents on each schema, which costs as much to make as several of them."""
CASES_OF_SCHEMA = 43
"""About as many as a schema's documents come to."""
TOGETHER = max(CASES // 200, 20)
"""Schemas on which several operations run at a time."""
ENOUGH = 2000
"""From so many cases of a batch on, each kind of them must have its share."""


pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
]


@pytest.fixture
def runner() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    runner.close()


@pytest.mark.timeout(0 if CASES > 100_000 else 600)
@pytest.mark.parametrize("batch", range(BATCHES))
def test_answers_as_graphql_core_does(batch: int, runner: Runner) -> None:
    census, plans = Census(), Plans()

    @seed(SEED * BATCHES + batch)
    @settings(
        max_examples=max(CASES // BATCHES // CASES_OF_SCHEMA, 1),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=False))
    def compare(random: Random) -> None:
        choices = Drawn(random)
        schema = some_schema(choices)
        for case in (case for _ in range(DOCUMENTS) for case in cases_of(choices, schema)):
            expected = case.answered_by(execute, runner)
            census.add(case, expected)
            actual = case.answered_by(plans.execute, runner)
            if difference(schema, expected, actual) is not None:
                pytest.fail(explained(case, plans.execute, runner), pytrace=False)

    compare()
    if CASES // BATCHES >= ENOUGH:
        assert census.cases > 0.9 * CASES // BATCHES
        assert census.rare() == {}, "these cases have become too rare to prove anything"
        assert plans.counts.uncompiled.total() < 0.1 * plans.runs, "graphql-core ran too many"
        assert plans.regular > 0.6 * plans.runs, "graphql-core looked at too many values"
        assert plans.reused > 0.5 * plans.runs, "too few plans were used twice"


def test_operations_that_run_at_the_same_time_do_not_meet(runner: Runner) -> None:
    together = 0
    for number in range(TOGETHER):
        choices = Drawn(Random(f"{SEED} {number}"))
        schema = some_schema(choices)
        if not schema.extensions["asynchronous"]:
            continue
        plans = Plans()
        cases = [case for _ in range(2) for case in cases_of(choices, schema) if case.terms.gated]
        expected = [case.answered_by(execute, runner) for case in cases]
        actual = answered_together(cases, plans.execute, runner)
        pairs = zip(expected, actual, strict=True)
        assert [difference(schema, one, other) for one, other in pairs] == [None] * len(cases)
        together += len(cases)
    assert together > TOGETHER


def explained(case: Case, execute_ours: Execute, runner: Runner) -> str:
    """The smallest case with the difference of this one."""

    def compared(candidate: Case) -> str | None:
        expected = candidate.answered_by(execute, runner)
        return difference(case.schema, expected, candidate.answered_by(execute_ours, runner))

    what = compared(case)
    smallest = reduced(case, lambda candidate: compared(candidate) == what)
    expected = smallest.answered_by(execute, runner)
    return report(smallest, str(what), expected, smallest.answered_by(execute_ours, runner))
