"""The comparison sees what is wrong, and what it then shows is small."""

import inspect
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError, execute

from tests.gql.oracle.cases import Case, cases_of
from tests.gql.oracle.choices import Drawn
from tests.gql.oracle.comparison import difference
from tests.gql.oracle.reduction import reduced, report
from tests.gql.oracle.running import Execute, Runner
from tests.gql.oracle.schemas import some_schema

Change = Callable[[ExecutionResult], ExecutionResult]


pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
]


@pytest.fixture
def runner() -> Iterator[Runner]:
    runner = Runner()
    yield runner
    runner.close()


def keys_reversed(result: ExecutionResult) -> ExecutionResult:
    data = None if result.data is None else dict(reversed(result.data.items()))
    return ExecutionResult(data, result.errors)


def nothing_instead_of_null(result: ExecutionResult) -> ExecutionResult:
    data = result.data and {key: value for key, value in result.data.items() if value is not None}
    return ExecutionResult(data, result.errors)


def true_instead_of_one(result: ExecutionResult) -> ExecutionResult:
    data = result.data and {
        key: True if value == 1 else value for key, value in result.data.items()
    }
    return ExecutionResult(data, result.errors)


def errors_reversed(result: ExecutionResult) -> ExecutionResult:
    return ExecutionResult(result.data, result.errors and result.errors[::-1])


def last_error_lost(result: ExecutionResult) -> ExecutionResult:
    return ExecutionResult(result.data, result.errors and result.errors[:-1])


def _rebuilt(result: ExecutionResult, **changed: Any) -> ExecutionResult:
    errors = [
        GraphQLError(
            error.message,
            **{
                "nodes": error.nodes,
                "path": error.path,
                "original_error": error.original_error,
                "extensions": error.extensions,
                **changed,
            },
        )
        for error in result.errors or ()
    ]
    return ExecutionResult(result.data, errors or None)


def paths_lost(result: ExecutionResult) -> ExecutionResult:
    return _rebuilt(result, path=None)


def locations_lost(result: ExecutionResult) -> ExecutionResult:
    return _rebuilt(result, nodes=None)


def extensions_lost(result: ExecutionResult) -> ExecutionResult:
    return _rebuilt(result, original_error=None, extensions=None)


CHANGES: list[Change] = [
    keys_reversed,
    nothing_instead_of_null,
    true_instead_of_one,
    errors_reversed,
    last_error_lost,
    paths_lost,
    locations_lost,
    extensions_lost,
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_wrong_answer_is_seen(change: Change, runner: Runner) -> None:
    case = first_different(changed_by(change), runner)
    assert case is not None


def test_the_same_answer_is_no_difference(runner: Runner) -> None:
    assert first_different(execute, runner, schemas=5) is None


def test_a_case_is_reduced_to_what_matters(runner: Runner) -> None:
    wrong = changed_by(last_error_lost)
    case = first_different(wrong, runner)
    assert case is not None

    def fails(candidate: Case) -> bool:
        return compared(candidate, wrong, runner) is not None

    smallest = reduced(case, fails)
    assert fails(smallest)
    assert len(smallest.document.text) < len(case.document.text)
    expected = smallest.answered_by(execute, runner)
    told = report(smallest, "errors", expected, smallest.answered_by(wrong, runner))
    assert smallest.document.text.strip() in told
    assert "type Query" in told


def changed_by(change: Change) -> Execute:
    """graphql-core's execution with a mistake."""

    def execute_wrongly(*arguments: Any, **options: Any) -> Any:
        result = execute(*arguments, **options)
        return later(result) if inspect.isawaitable(result) else change(result)

    async def later(result: Any) -> ExecutionResult:
        return change(await result)

    return execute_wrongly


def first_different(wrong: Execute, runner: Runner, schemas: int = 100) -> Case | None:
    for number in range(schemas):
        choices = Drawn(Random(number))
        for case in cases_of(choices, some_schema(choices)):
            if compared(case, wrong, runner) is not None:
                return case
    return None


def compared(case: Case, wrong: Execute, runner: Runner) -> str | None:
    expected = case.answered_by(execute, runner)
    return difference(case.schema, expected, case.answered_by(wrong, runner))
