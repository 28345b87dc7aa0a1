"""Operations that are not compiled: graphql-core runs them whole, guards included."""

from typing import Any

from graphql import ExecutionResult
from graphql.execution import MiddlewareManager

from rustok.gql.compiler.execution import Execution
from rustok.gql.compiler.plan import Outcome


def execute_uncompiled(execution: Execution, *, reason: str) -> Outcome:
    """Run the operation field by field, and count it under the reason."""
    execution.counts.uncompiled[reason] += 1
    executor = execution.executor
    if execution.denied:
        executor.middleware_manager = MiddlewareManager(_Guard(execution))
    outcome = executor.execute_operation()
    return outcome if isinstance(outcome, ExecutionResult) else _complete(outcome)


async def _complete(outcome: Any) -> ExecutionResult:
    result = await outcome
    assert isinstance(result, ExecutionResult)
    return result


class _Guard:
    """Refuses a field when the object selected from turns out to be of a type that denies it."""

    def __init__(self, execution: Execution) -> None:
        self._execution = execution

    def resolve(self, following: Any, source: Any, info: Any, **arguments: Any) -> Any:
        execution = self._execution
        coordinate = (info.parent_type.name, info.field_name)
        if coordinate in execution.denied:
            assert execution.refuse is not None
            raise execution.refuse(coordinate, info.field_nodes[0])
        return following(source, info, **arguments)
