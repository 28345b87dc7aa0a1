"""Compiles validated operations into Python functions, and runs them as graphql-core would.

plan = Plan(Request.of(schema, operation, fragments), variables, field_resolver=...)
result = plan.execute(Execution(request, variables, root=None, context=context, resolving=...))
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, assert_valid_schema
from graphql import execute as execute_with_care
from graphql.execution import default_field_resolver, default_type_resolver
from graphql.execution.values import get_variable_values

from rustok.gql.compiler.document import Request, definitions_of, find_operation
from rustok.gql.compiler.execution import Execution, Resolving
from rustok.gql.compiler.plan import Outcome, Plan
from rustok.gql.compiler.reading import Reader
from rustok.gql.compiler.selection import Coordinate

__all__ = [
    "Coordinate",
    "Execution",
    "Outcome",
    "Plan",
    "Reader",
    "Request",
    "Resolving",
    "execute",
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
) -> Outcome:
    """Compile and run one operation, without a cache: what graphql-core's `execute` does."""
    assert_valid_schema(schema)
    operation = find_operation(document, operation_name)
    if isinstance(operation, GraphQLError):
        return ExecutionResult(None, [operation])
    variables = get_variable_values(
        schema, operation.variable_definitions or (), dict(variable_values or {}), max_errors=50
    )
    if isinstance(variables, list):
        return ExecutionResult(None, variables)
    request = Request.of(schema, operation, definitions_of(document))
    if request.unsupported or not conditions_decided(request, variables.coerced):
        return execute_with_care(
            schema,
            document,
            root_value,
            context_value,
            dict(variable_values or {}),
            operation_name,
            field_resolver,
            type_resolver,
        )
    resolving = Resolving(
        field_resolver or default_field_resolver, type_resolver or default_type_resolver
    )
    plan = Plan(request, variables, field_resolver=resolving.field_resolver)
    return plan.execute(
        Execution(request, variables, root=root_value, context=context_value, resolving=resolving)
    )


def conditions_decided(request: Request, coerced: Mapping[str, Any]) -> bool:
    """Whether every variable of @skip and @include has a value that settles it."""
    return all(isinstance(coerced.get(name), bool) for name in request.conditions)
