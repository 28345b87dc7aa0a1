"""Compiles validated operations into Python functions, and runs them as graphql-core would.

plan = Plan(Request.of(schema, operation, fragments), variables, field_resolver=...)
result = plan.execute(Execution(request, variables, root=None, context=context, resolving=...))
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, assert_valid_schema
from graphql.execution import default_field_resolver, default_type_resolver
from graphql.execution.values import get_variable_values

from rustok.gql.compiler.arguments import shareable
from rustok.gql.compiler.document import Request, definitions_of, find_operation
from rustok.gql.compiler.execution import Counts, Execution, Resolving
from rustok.gql.compiler.plan import Outcome, Plan
from rustok.gql.compiler.reading import Reader
from rustok.gql.compiler.selection import Coordinate, Field
from rustok.gql.compiler.stored import Stored, class_of, stored
from rustok.gql.compiler.uncompiled import execute_uncompiled

UNDECIDED = "conditions without a value"

__all__ = [
    "UNDECIDED",
    "Coordinate",
    "Counts",
    "Execution",
    "Field",
    "Outcome",
    "Plan",
    "Reader",
    "Request",
    "Resolving",
    "Stored",
    "class_of",
    "execute",
    "execute_uncompiled",
    "shareable",
    "stored",
    "undecided",
]


def execute(
    schema: GraphQLSchema,
    document: DocumentNode,
    root_value: Any = None,
    context_value: Any = None,
    variable_values: Mapping[str, Any] | None = None,
    operation_name: str | None = None,
    field_resolver: Callable[..., Any] | None = None,
    type_resolver: Callable[..., Any] | None = None,
    *,
    max_coercion_errors: int = 50,
    hide_suggestions: bool = False,
) -> Outcome:
    """Compile and run one operation, without a cache: what graphql-core's `execute` does."""
    assert_valid_schema(schema)
    operation = find_operation(document, operation_name)
    if isinstance(operation, GraphQLError):
        return ExecutionResult(None, [operation])
    request = Request.of(schema, operation, definitions_of(document))
    if request.failures:
        return ExecutionResult(None, list(request.failures))
    variables = get_variable_values(
        schema,
        operation.variable_definitions or (),
        dict(variable_values or {}),
        max_errors=max_coercion_errors,
        hide_suggestions=hide_suggestions,
    )
    if isinstance(variables, list):
        return ExecutionResult(None, variables)
    resolving = Resolving(
        field_resolver or default_field_resolver, type_resolver or default_type_resolver
    )
    execution = Execution(
        request,
        variables,
        root=root_value,
        context=context_value,
        resolving=resolving,
        counts=Counts(),
        hide_suggestions=hide_suggestions,
    )
    reason = request.unsupported
    if reason is None and undecided(variables.coerced.get(name) for name in request.conditions):
        reason = UNDECIDED
    if reason is not None:
        return execute_uncompiled(execution, reason=reason)
    return Plan(request, variables, field_resolver=resolving.field_resolver).execute(execution)


def undecided(outcome: Iterable[Any]) -> bool:
    """Whether a variable of @skip or @include has no value that settles it."""
    return not all(isinstance(value, bool) for value in outcome)
