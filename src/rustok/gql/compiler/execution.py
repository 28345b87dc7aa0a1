"""The state of one run of a plan: its variables, its errors, and what it waits for."""

from asyncio import Future, gather, get_running_loop
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    is_non_null_type,
    located_error,
)
from graphql.execution import Executor
from graphql.execution.executor import CollectedErrors
from graphql.execution.executor_throwing_on_incremental import ExecutorThrowingOnIncremental
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import Path, gather_with_cancel, is_awaitable
from graphql.type import GraphQLResolveInfoHelpers

from rustok.gql.compiler.arguments import shareable
from rustok.gql.compiler.document import Request
from rustok.gql.compiler.reading import coroutine
from rustok.gql.compiler.selection import Coordinate, Field
from rustok.gql.observing import Observer

Refuse = Callable[[Coordinate, FieldNode], Exception]


class Counts:
    """How often generated code was not enough; shared by all runs of an engine.

    `careful` are values that graphql-core looked at, `uncompiled` whole operations, by reason.
    """

    __slots__ = ("careful", "uncompiled")

    def __init__(self) -> None:
        self.careful = 0
        self.uncompiled: Counter[str] = Counter()


class Resolving:
    """How the schema's fields and types are resolved where they do not say it themselves."""

    __slots__ = ("field_resolver", "type_resolver")

    def __init__(
        self, field_resolver: Callable[..., Any], type_resolver: Callable[..., Any]
    ) -> None:
        self.field_resolver = field_resolver
        self.type_resolver = type_resolver


class Execution:
    """One run. `denied` are the guarded fields that its caller may not select.

    `arguments` are those that earlier runs with the same variables have coerced; `observer` is told
    of every resolver that is waited for.
    """

    __slots__ = (
        "_arguments",
        "_background",
        "_executor",
        "_helpers",
        "_resolving",
        "context",
        "counts",
        "denied",
        "errors",
        "hide_suggestions",
        "observer",
        "refuse",
        "request",
        "root",
        "variables",
    )

    def __init__(
        self,
        request: Request,
        variables: VariableValues,
        *,
        root: Any,
        context: Any,
        resolving: Resolving,
        counts: Counts,
        arguments: dict[Field, dict[str, Any]] | None = None,
        hide_suggestions: bool = False,
        denied: frozenset[Coordinate] = frozenset(),
        refuse: Refuse | None = None,
        observer: Observer | None = None,
    ) -> None:
        self.request = request
        self.variables = variables
        self.root = root
        self.context = context
        self.errors = CollectedErrors()
        self.denied = denied
        self.refuse = refuse
        self.observer = observer
        self.counts = counts
        self.hide_suggestions = hide_suggestions
        self._executor: Executor[Any] | None = None
        self._resolving = resolving
        self._arguments = {} if arguments is None else arguments
        self._background: set[Future[Any]] = set()
        self._helpers: GraphQLResolveInfoHelpers | None = None

    def info(self, field: Field, path: Path) -> GraphQLResolveInfo[Any]:
        """What a resolver may know of where it stands."""
        request = self.request
        helpers = self._helpers
        if helpers is None:
            helpers = self._helpers = GraphQLResolveInfoHelpers(gather=_gathered, track=self._track)
        return GraphQLResolveInfo(
            field.nodes[0].name.value,
            field.nodes,
            field.definition.type,
            field.parent,
            path,
            request.schema,
            request.definitions,  # type: ignore[arg-type]  # it is never written to
            self.root,
            request.operation,
            self.variables,
            self.context,
            is_awaitable,
            None,
            helpers,
        )

    def arguments(self, field: Field) -> dict[str, Any]:
        """The arguments of a field, coerced; raises GraphQLError."""
        known = self._arguments.get(field)
        if known is None:
            known = get_argument_values(
                field.definition,
                field.nodes[0],
                self.variables,
                hide_suggestions=self.hide_suggestions,
            )
            if shareable(known):
                self._arguments[field] = known
        return known

    def failed(self, error: Exception, kind: Any, nodes: Sequence[Any], path: Path) -> None:
        """Note the error where its field may be null; raise it on where it may not."""
        located = located_error(error, nodes, path.as_list())
        if is_non_null_type(kind):
            raise located
        self.errors.add(located, path)

    def with_care(self) -> "Executor[Any]":
        """graphql-core's own executor, for values that generated code does not know."""
        self.counts.careful += 1
        return self.executor

    @property
    def executor(self) -> "Executor[Any]":
        """graphql-core's executor of this run; it shares the errors."""
        if self._executor is None:
            request = self.request
            self._executor = ExecutorThrowingOnIncremental(
                request.schema,
                dict(request.definitions),
                dict(request.fragments),
                self.root,
                self.context,
                request.operation,
                self.variables,
                self._resolving.field_resolver,
                self._resolving.type_resolver,
                self._resolving.field_resolver,
                hide_suggestions=self.hide_suggestions,
            )
            self._executor.collected_errors = self.errors
        return self._executor

    @property
    def type_resolver(self) -> Callable[..., Any]:
        """Finds the types of values whose abstract type does not say how."""
        return self._resolving.type_resolver

    def read_again(
        self,
        answer: dict[str, Any],
        waiting: list[str],
        fields: Sequence[Field],
        source: Any,
        path: Path | None,
    ) -> None:
        """Read plain fields one by one, each with its own error."""
        executor = self.with_care()
        for field in fields:
            value = answer[field.key] = executor.execute_field(
                field.parent,
                source,
                field.details,
                Path(path, field.key, field.parent.name),
                None,
            )
            if value.__class__ is coroutine:
                waiting.append(field.key)

    async def join(self, answer: dict[str, Any], waiting: Sequence[str]) -> dict[str, Any]:
        """Wait for the fields of an object, together."""
        if len(waiting) == 1:
            answer[waiting[0]] = await answer[waiting[0]]
        else:
            values = await gather_with_cancel(*(answer[key] for key in waiting))
            answer.update(zip(waiting, values, strict=True))
        return answer

    def leave(self, answer: dict[str, Any], waiting: Sequence[str]) -> None:
        """An object has become null: let what its fields had begun come to an end unheard."""
        if waiting:
            self.settle([answer[key] for key in waiting])

    def settle(self, awaitables: Sequence[Awaitable[Any]]) -> None:
        """Let these finish in the background, whatever they come to."""
        try:
            get_running_loop()
        except RuntimeError:
            for awaitable in awaitables:
                if awaitable.__class__ is coroutine:
                    awaitable.close()
            return
        future = gather(*awaitables, return_exceptions=True)
        self._background.add(future)
        future.add_done_callback(self._background.discard)

    def _track(self, values: Sequence[Any]) -> None:
        found = [value for value in values if is_awaitable(value)]
        if found:
            self.settle(found)

    def finished(self, data: dict[str, Any] | None) -> ExecutionResult:
        """The result as it stands."""
        return ExecutionResult(data, self.errors.errors or None)

    def broken(self, error: GraphQLError) -> ExecutionResult:
        """The result when an error has reached the root."""
        self.errors.add(error, None)
        return self.finished(None)


def _gathered(values: Sequence[Awaitable[Any]]) -> Awaitable[list[Any]]:
    return gather_with_cancel(*values)
