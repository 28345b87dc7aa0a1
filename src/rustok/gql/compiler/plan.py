"""An operation, compiled for one outcome of its conditions, and how it is run."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationType
from graphql.execution.executor import SELECTIONS_NESTED_TOO_DEEPLY
from graphql.execution.values import VariableValues

from rustok.gql.compiler.completion import Run
from rustok.gql.compiler.document import Request
from rustok.gql.compiler.execution import Execution
from rustok.gql.compiler.linking import Linker
from rustok.gql.compiler.reading import coroutine
from rustok.gql.compiler.selection import Coordinate, Selections

Outcome = ExecutionResult | Awaitable[ExecutionResult]


class Plan:
    """A compiled operation. It holds for every request whose conditions come out the same."""

    def __init__(
        self,
        request: Request,
        variables: VariableValues,
        *,
        field_resolver: Callable[..., Any],
        guarded: frozenset[Coordinate] = frozenset(),
    ) -> None:
        self._make_selections = partial(
            Selections,
            request,
            _decisive(request, variables),
            field_resolver=field_resolver,
            guarded=guarded,
        )
        self._request = request
        self._failure: GraphQLError | None = None
        self._run: Run = _nothing
        try:
            self._run = self._compiled(Linker(self._make_selections(), self.filename))
        except GraphQLError as error:
            self._failure = error
        except RecursionError:
            self._failure = GraphQLError(SELECTIONS_NESTED_TOO_DEEPLY, request.operation)

    @property
    def filename(self) -> str:
        """What stands for the generated text in tracebacks."""
        name = self._request.operation.name
        return f"<graphql {name.value if name else 'anonymous'}>"

    def _compiled(self, linker: Linker) -> Run:
        operation = self._request.operation
        kind = self._request.schema.get_root_type(operation.operation)
        if kind is None:
            message = f"Schema is not configured to execute {operation.operation.value} operation."
            raise GraphQLError(message, operation)
        if operation.operation is OperationType.MUTATION:
            return _Serially(linker.serial(kind))
        return linker.root(kind)

    @property
    def source(self) -> str:
        """The generated Python, made again to be read by a person."""
        linker = Linker(self._make_selections(), self.filename, keeps_source=True)
        if self._failure is None:
            self._compiled(linker)
        return linker.source

    def execute(self, execution: Execution) -> Outcome:
        """Run the operation; the result is awaitable if anything in it is."""
        if self._failure is not None:
            return execution.broken(self._failure)
        try:
            data = self._run(execution, execution.root, None)
        except GraphQLError as error:
            return execution.broken(error)
        if data.__class__ is coroutine:
            return _finish(execution, data)
        return execution.finished(data)


async def _finish(execution: Execution, data: Awaitable[dict[str, Any]]) -> ExecutionResult:
    try:
        return execution.finished(await data)
    except GraphQLError as error:
        return execution.broken(error)


def _decisive(request: Request, variables: VariableValues) -> VariableValues:
    """The variables that decide what is selected: no other of a client's values is kept."""
    names = request.conditions
    return VariableValues(
        {name: variables.sources[name] for name in names if name in variables.sources},
        {name: variables.coerced[name] for name in names if name in variables.coerced},
    )


def _nothing(_execution: Execution, _source: Any, _path: Any) -> Any:
    raise AssertionError("a plan that failed is not run")


class _Serially:
    """Each field waits for the one before it."""

    def __init__(self, fields: tuple[tuple[str, Run], ...]) -> None:
        self._fields = fields

    def __call__(self, execution: Execution, source: Any, path: Any) -> Any:
        answer: dict[str, Any] = {}
        for number, (key, run) in enumerate(self._fields):
            value = run(execution, source, path)
            if value.__class__ is coroutine:
                return self._rest(execution, source, answer, number, value)
            answer[key] = value
        return answer

    async def _rest(
        self,
        execution: Execution,
        source: Any,
        answer: dict[str, Any],
        number: int,
        value: Awaitable[Any],
    ) -> dict[str, Any]:
        answer[self._fields[number][0]] = await value
        for key, run in self._fields[number + 1 :]:
            following = run(execution, source, None)
            answer[key] = await following if following.__class__ is coroutine else following
        return answer
