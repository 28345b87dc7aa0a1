"""Operations that are not compiled: graphql-core runs them whole, guards included."""

from collections.abc import Awaitable
from typing import Any

from graphql import ExecutionResult
from graphql.execution import MiddlewareManager
from graphql.pyutils import is_awaitable

from rustok.gql.compiler.execution import Execution
from rustok.gql.compiler.plan import Outcome
from rustok.gql.observing import Observer


def execute_uncompiled(execution: Execution, *, reason: str) -> Outcome:
    """Run the operation field by field, and count it under the reason."""
    execution.counts.uncompiled[reason] += 1
    executor = execution.executor
    middlewares: list[Any] = []
    if execution.observer is not None:
        middlewares.append(_Watch(execution.observer))
    if execution.denied:
        middlewares.append(_Guard(execution))
    if middlewares:
        executor.middleware_manager = MiddlewareManager(*middlewares)
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


class _Watch:
    """Tells the observer of every resolver that is waited for, as compiled operations do."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    def resolve(self, following: Any, source: Any, info: Any, **arguments: Any) -> Any:
        value = following(source, info, **arguments)
        return self._watched(value, info) if is_awaitable(value) else value

    async def _watched(self, value: Awaitable[Any], info: Any) -> Any:
        with self._observer.resolving(info):
            return await value
