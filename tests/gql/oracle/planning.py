"""Runs operations as the engine does: plans are kept, and used again for other variables."""

from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema
from graphql.execution import default_field_resolver, default_type_resolver
from graphql.execution.values import get_variable_values

from rustok.gql import compiler
from rustok.gql.compiler.document import definitions_of, find_operation

RESOLVING = compiler.Resolving(default_field_resolver, default_type_resolver)


class Plans:
    """Plans of one document at a time, by operation and by how its conditions come out."""

    def __init__(self) -> None:
        self.counts = compiler.Counts()
        self.runs = 0
        self.regular = 0
        self.reused = 0
        self._document: DocumentNode | None = None
        self._plans: dict[tuple[Any, ...], compiler.Plan] = {}
        self._requests: dict[str | None, compiler.Request] = {}

    def execute(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        *,
        root_value: Any,
        context_value: Any,
        variable_values: Mapping[str, Any],
        operation_name: str | None,
    ) -> Any:
        """Take the place of graphql-core's `execute`."""
        if document is not self._document:
            self._document, self._plans, self._requests = document, {}, {}
        operation = find_operation(document, operation_name)
        if isinstance(operation, GraphQLError):
            return ExecutionResult(None, [operation])
        definitions = operation.variable_definitions or ()
        variables = get_variable_values(schema, definitions, dict(variable_values), max_errors=50)
        if isinstance(variables, list):
            return ExecutionResult(None, variables)
        request = self._requests.get(operation_name)
        if request is None:
            request = compiler.Request.of(schema, operation, definitions_of(document))
            self._requests[operation_name] = request
        execution = compiler.Execution(
            request,
            variables,
            root=root_value,
            context=context_value,
            resolving=RESOLVING,
            counts=self.counts,
        )
        self.runs += 1
        outcome = tuple(variables.coerced.get(name) for name in request.conditions)
        if request.unsupported is not None or compiler.undecided(outcome):
            reason = request.unsupported or compiler.UNDECIDED
            return compiler.execute_uncompiled(execution, reason=reason)
        plan = self._plans.get((operation_name, *outcome))
        if plan is None:
            plan = compiler.Plan(request, variables, field_resolver=RESOLVING.field_resolver)
            self._plans[operation_name, *outcome] = plan
        else:
            self.reused += 1
        before = self.counts.careful
        result = plan.execute(execution)
        self.regular += self.counts.careful == before
        return result
