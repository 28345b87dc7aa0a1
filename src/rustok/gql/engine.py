"""Runs operations: everything is checked first, then graphql-core executes what is left."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, OperationType
from graphql.execution import Executor, MiddlewareManager

from rustok.gql.assessment import Assessment, Coordinate, assess
from rustok.gql.documents import Document, Documents
from rustok.gql.errors import (
    BAD_USER_INPUT,
    METHOD_NOT_ALLOWED,
    VALIDATION_FAILED,
    Describe,
    OnError,
    Problem,
    Refused,
    describe_by_attributes,
    from_execution,
    from_library,
)
from rustok.gql.limits import too_complex
from rustok.gql.permissions import Caller, authorise, refusal
from rustok.gql.request import Operation
from rustok.gql.result import Result
from rustok.gql.schema import Schema


class _Plan(msgspec.Struct, frozen=True):
    """An operation that may run, as far as it alone is concerned."""

    executor: Executor[Any]
    cost: int
    limit: int

    @property
    def extensions(self) -> dict[str, Any]:
        return _cost_extension(self.cost, self.limit)


class Engine:
    """One schema and its cached documents. Safe to share by every request of an event loop."""

    def __init__(
        self,
        schema: Schema,
        *,
        on_error: OnError,
        describe: Describe = describe_by_attributes,
        documents: Documents | None = None,
    ) -> None:
        self.schema = schema
        self._on_error = on_error
        self._describe = describe
        self._documents = documents or Documents()

    async def execute(
        self,
        operation: Operation,
        *,
        context: Any,
        caller: Caller,
        request_id: str | None = None,
    ) -> Result:
        """Run one operation; whatever is wrong with it is in the result, nothing is raised."""
        (result,) = await self.execute_batch(
            [operation], context=context, caller=caller, request_id=request_id
        )
        return result

    async def execute_batch(
        self,
        operations: Sequence[Operation],
        *,
        context: Any,
        caller: Caller,
        request_id: str | None = None,
    ) -> list[Result]:
        """Run operations one after the other, once the cost of all is known to be granted."""
        plans = [self._plan(operation, context, caller) for operation in operations]
        total = sum(plan.cost for plan in plans if isinstance(plan, _Plan))
        if total > caller.limits.cost:
            return [_too_costly(plan, total, caller) for plan in plans]
        return [
            await self._run(plan, caller, request_id) if isinstance(plan, _Plan) else plan
            for plan in plans
        ]

    def _plan(self, operation: Operation, context: Any, caller: Caller) -> _Plan | Result:
        try:
            return self._checked(operation, context, caller)
        except Refused as refusal_:
            return Result.refused(refusal_.problems[: caller.limits.errors])

    def _checked(self, operation: Operation, context: Any, caller: Caller) -> _Plan:
        schema = self.schema.without(caller.disabled)
        document = self._documents.get(
            schema, operation.query, caller.limits, suggestions=caller.introspection
        )
        if document.shape.introspects and not caller.introspection:
            message = "Introspection is switched off."
            raise Refused(Problem(code=VALIDATION_FAILED, message=message))
        node = document.operation(operation.operation_name)
        if operation.read_only and node.operation is not OperationType.QUERY:
            message = "Only queries may be sent by GET."
            raise Refused(Problem(code=METHOD_NOT_ALLOWED, message=message))
        executor = _executor(schema, document, operation, context, caller)
        assessment = _assess(schema, document, node, operation.variables, caller.limits.page)
        denied = authorise(assessment, caller)
        if denied:
            executor.middleware_manager = MiddlewareManager(_Guard(assessment, denied, caller))
        return _Plan(executor, assessment.cost, caller.limits.cost)

    async def _run(self, plan: _Plan, caller: Caller, request_id: str | None) -> Result:
        outcome = plan.executor.execute_operation()
        if not isinstance(outcome, ExecutionResult):
            outcome = await outcome  # type: ignore[misc]  # incremental results need @defer
        assert isinstance(outcome, ExecutionResult)
        errors = [self._described(error, request_id) for error in outcome.errors or ()]
        return Result(
            data=outcome.data,
            errors=tuple(errors[: caller.limits.errors]),
            extensions=plan.extensions,
        )

    def _described(self, error: GraphQLError, request_id: str | None) -> Problem:
        return from_execution(error, self._describe, self._on_error, request_id)


def _executor(
    schema: Schema, document: Document, operation: Operation, context: Any, caller: Caller
) -> Executor[Any]:
    executor = Executor.build(
        schema.core,
        document.node,
        context_value=context,
        raw_variable_values=dict(operation.variables),
        operation_name=operation.operation_name,
        max_coercion_errors=caller.limits.errors,
        hide_suggestions=not caller.introspection,
    )
    if isinstance(executor, Executor):
        return executor
    raise Refused(*from_library(BAD_USER_INPUT, executor))


def _assess(
    schema: Schema,
    document: Document,
    node: OperationDefinitionNode,
    variables: Mapping[str, Any],
    page: int,
) -> Assessment:
    key = (node.name.value if node.name else "", page)
    known = document.assessments.get(key)
    if known is None:
        known = assess(schema, node, document.fragments, variables, page)
        if known.fixed:
            document.assessments[key] = known
    return known


class _Guard:
    """Refuses a field when the object selected from turns out to be of a type that denies it."""

    def __init__(
        self, assessment: Assessment, denied: frozenset[Coordinate], caller: Caller
    ) -> None:
        self.rules = assessment.possible
        self.denied = denied
        self.caller = caller

    def resolve(self, following: Any, source: Any, info: Any, **arguments: Any) -> Any:
        coordinate = (info.parent_type.name, info.field_name)
        if coordinate in self.denied:
            problem = refusal(coordinate, self.rules[coordinate], self.caller, info.field_nodes[0])
            raise Refused(problem)
        return following(source, info, **arguments)


def _too_costly(plan: _Plan | Result, total: int, caller: Caller) -> Result:
    if isinstance(plan, Result):
        return plan
    limit = caller.limits.cost
    return Result.refused(
        (too_complex("cost", total, limit),), extensions=_cost_extension(total, limit)
    )


def _cost_extension(cost: int, limit: int) -> dict[str, Any]:
    return {"cost": {"requestedQueryCost": cost, "maximumAvailable": limit}}
