"""Runs operations: everything is checked first, then the compiled plan runs what is left."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

import msgspec
from graphql import ExecutionResult, GraphQLError, OperationType
from graphql.execution import default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues, get_variable_values

from rustok.gql.assessment import Coordinate
from rustok.gql.compiler import (
    Counts,
    Execution,
    Outcome,
    Plan,
    Resolving,
    execute_uncompiled,
)
from rustok.gql.documents import Documents
from rustok.gql.errors import (
    BAD_USER_INPUT,
    METHOD_NOT_ALLOWED,
    STREAM_NEEDED,
    VALIDATION_FAILED,
    Describe,
    OnError,
    Problem,
    Refused,
    describe_by_attributes,
    from_execution,
    from_library,
)
from rustok.gql.limits import timed_out, told_cost, too_complex
from rustok.gql.observing import Observer
from rustok.gql.permissions import Caller, authorise, refusal
from rustok.gql.preparation import Prepared, Ready
from rustok.gql.request import Operation
from rustok.gql.result import Result
from rustok.gql.schema import Schema
from rustok.gql.values import bound_values

_RESOLVING = Resolving(default_field_resolver, default_type_resolver)


class Granted(msgspec.Struct, frozen=True, eq=False):
    """An operation that may run, as far as it alone is concerned."""

    prepared: Prepared
    ready: Ready
    denied: frozenset[Coordinate]
    limit: int

    @property
    def plan(self) -> Plan | str:
        """The compiled operation, or the reason why it is left to graphql-core."""
        return self.ready.plan

    @property
    def variables(self) -> VariableValues:
        """The operation's variables, coerced."""
        return self.ready.variables

    @property
    def cost(self) -> int:
        """What it costs at worst."""
        return self.ready.assessment.cost

    @property
    def subscribes(self) -> bool:
        """Whether it is answered more than once."""
        return self.prepared.request.operation.operation is OperationType.SUBSCRIPTION

    @property
    def extensions(self) -> dict[str, Any]:
        """What the answer says of its cost."""
        return told_cost(self.cost, self.limit)


Admit = Callable[[Sequence[Granted]], Awaitable[None]]
"""Lets all the operations of a request run, or raises."""


class Engine:
    """One schema and its cached documents. Safe to share by every request of an event loop."""

    def __init__(
        self,
        schema: Schema,
        *,
        on_error: OnError,
        describe: Describe = describe_by_attributes,
        documents: Documents | None = None,
        observer: Observer | None = None,
    ) -> None:
        self.schema = schema
        self.counts = Counts()
        self._on_error = on_error
        self._describe = describe
        self._documents = documents or Documents()
        self._observer = observer

    async def execute(
        self,
        operation: Operation,
        *,
        context: Any,
        caller: Caller,
        request_id: str | None = None,
        root: Any = None,
    ) -> Result:
        """Run one operation; whatever is wrong with it is in the result, nothing is raised."""
        granted = self.grant(operation, caller)
        if isinstance(granted, Result):
            return granted
        return await self.run(
            granted, context=context, caller=caller, request_id=request_id, root=root
        )

    async def execute_batch(
        self,
        operations: Sequence[Operation],
        *,
        context: Any,
        caller: Caller,
        request_id: str | None = None,
        admit: Admit | None = None,
    ) -> list[Result]:
        """Run operations one after the other, once the cost of all is known to be granted.

        `admit` is asked then, before any of them runs; what it raises, this raises.
        """
        plans = [self.grant(operation, caller) for operation in operations]
        total = sum(plan.cost for plan in plans if isinstance(plan, Granted))
        if total > caller.limits.cost:
            return [_too_costly(plan, total, caller) for plan in plans]
        if admit is not None:
            await admit([plan for plan in plans if isinstance(plan, Granted)])
        return [
            await self.run(plan, context=context, caller=caller, request_id=request_id)
            if isinstance(plan, Granted)
            else plan
            for plan in plans
        ]

    def grant(
        self, operation: Operation, caller: Caller, *, streams: bool = False
    ) -> Granted | Result:
        """Check everything that can be checked before anything runs.

        `streams` says that the transport has room for more than one answer.
        """
        try:
            return self._checked(operation, caller, streams=streams)
        except Refused as refused:
            problems = refused.problems[: caller.limits.errors]
            result = Result.refused(problems, extensions=refused.extensions)
            if self._observer is not None:
                self._observer.refused(operation, result)
            return result

    def _checked(self, operation: Operation, caller: Caller, *, streams: bool) -> Granted:
        bound_values(operation.variables, caller.limits)
        schema = self.schema.without(caller.disabled)
        document = self._documents.get(
            schema, operation.query, caller.limits, suggestions=caller.introspection
        )
        if document.shape.introspects and not caller.introspection:
            message = "Introspection is switched off."
            raise Refused(Problem(code=VALIDATION_FAILED, message=message))
        prepared = document.operation(schema, operation.operation_name)
        kind = prepared.request.operation.operation
        _check_transport(kind, operation, streams=streams)
        coerce = partial(_coerced, schema, operation, caller)
        ready = prepared.ready(operation.variables, caller.limits.page, coerce)
        denied = authorise(ready.assessment, caller)
        cost, limit = ready.assessment.cost, caller.limits.cost
        if cost > limit:
            problem = too_complex("cost", cost, limit)
            raise Refused(problem, extensions=told_cost(cost, limit))
        return Granted(prepared, ready, denied, limit)

    async def run(
        self,
        granted: Granted,
        *,
        context: Any,
        caller: Caller,
        request_id: str | None = None,
        root: Any = None,
    ) -> Result:
        """Run what was granted."""
        began = perf_counter()
        outcome = self._start(granted, context, caller, root)
        try:
            if not isinstance(outcome, ExecutionResult):
                async with asyncio.timeout(caller.limits.seconds):
                    outcome = await outcome
        except TimeoutError:
            problems = (timed_out(caller.limits),)
            result = Result.refused(problems, extensions=granted.extensions)
        else:
            result = self._result(granted, outcome, caller, request_id)
        if self._observer is not None:
            self._observer.ran(granted, result, perf_counter() - began)
        return result

    def _result(
        self, granted: Granted, outcome: ExecutionResult, caller: Caller, request_id: str | None
    ) -> Result:
        errors = [self.described(error, request_id) for error in outcome.errors or ()]
        return Result(
            data=outcome.data,
            errors=tuple(errors[: caller.limits.errors]),
            extensions=granted.extensions,
        )

    def _start(self, granted: Granted, context: Any, caller: Caller, root: Any) -> Outcome:
        execution = self.execution(granted, context, caller, root)
        if isinstance(granted.plan, Plan):
            return granted.plan.execute(execution)
        return execute_uncompiled(execution, reason=granted.plan)

    def execution(self, granted: Granted, context: Any, caller: Caller, root: Any) -> Execution:
        """The state of one run of what was granted, before it begins."""
        rules = granted.ready.assessment.possible
        return Execution(
            granted.prepared.request,
            granted.variables,
            root=root,
            context=context,
            resolving=_RESOLVING,
            counts=self.counts,
            arguments=granted.ready.arguments,
            hide_suggestions=not caller.introspection,
            denied=granted.denied,
            refuse=lambda at, node: Refused(refusal(at, rules[at], caller, node)),
            observer=self._observer,
        )

    def described(self, error: GraphQLError, request_id: str | None) -> Problem:
        """What clients are told of an error."""
        return from_execution(error, self._describe, self._on_error, request_id)


def _check_transport(kind: OperationType, operation: Operation, *, streams: bool) -> None:
    subscribes = kind is OperationType.SUBSCRIPTION
    if operation.read_only and kind is not OperationType.QUERY and not (subscribes and streams):
        message = "Only queries may be sent by GET."
        raise Refused(Problem(code=METHOD_NOT_ALLOWED, message=message))
    if subscribes and not streams:
        message = "A subscription needs a WebSocket, or Accept: text/event-stream."
        raise Refused(Problem(code=STREAM_NEEDED, message=message))


def _coerced(
    schema: Schema, operation: Operation, caller: Caller, prepared: Prepared
) -> VariableValues:
    coerced = get_variable_values(
        schema.core,
        prepared.request.operation.variable_definitions or (),
        operation.variables,
        max_errors=caller.limits.errors,
        hide_suggestions=not caller.introspection,
    )
    if isinstance(coerced, VariableValues):
        return coerced
    raise Refused(*from_library(BAD_USER_INPUT, coerced))


def _too_costly(plan: Granted | Result, total: int, caller: Caller) -> Result:
    """The refusal of what alone or with others costs too much; what is refused already stays so."""
    if isinstance(plan, Result):
        return plan
    limit = caller.limits.cost
    return Result.refused((too_complex("cost", total, limit),), extensions=told_cost(total, limit))
