"""A case: one operation of one document, with its variables, in one world."""

from typing import Any

import msgspec
from graphql import ExecutionResult, GraphQLSchema

from tests.gql.oracle.choices import Choices
from tests.gql.oracle.documents import Document, Operation, some_document, some_variables
from tests.gql.oracle.running import Answer, Execute, Runner, Stuck
from tests.gql.oracle.worlds import Terms, World

TERMS = ((2, 0), (3, 40), (2, 150))
"""How often which trouble comes, in values of a thousand."""


class Case(msgspec.Struct, frozen=True, eq=False):
    """What both sides execute; `name` is the operation that the request asks for."""

    schema: GraphQLSchema
    document: Document
    operation: Operation
    name: str | None
    variables: dict[str, Any]
    terms: Terms

    def answered_by(self, execute: Execute, runner: Runner) -> Answer:
        """Execute the case in a world of its own."""
        world = World(self.schema, self.terms)
        root = world.root(self.operation.root)

        def start() -> Any:
            return execute(
                self.schema,
                self.document.node,
                root_value=root,
                context_value=world,
                variable_values=self.variables,
                operation_name=self.name,
            )

        try:
            result = runner.run(start, world)
        except Stuck:
            return Answer(None, "waits for nothing", tuple(world.calls))
        except Exception as error:  # noqa: BLE001 - graphql-core may raise anything here too
            return Answer(None, repr(error), tuple(world.calls))
        assert isinstance(result, ExecutionResult), result
        return Answer(result, None, tuple(world.calls))


def cases_of(choices: Choices, schema: GraphQLSchema) -> list[Case]:
    """Cases on one new document: each operation with several variables and worlds."""
    document = some_document(choices, schema)
    if document is None:
        return []
    return [
        case
        for operation in document.operations
        for case in _of(choices, schema, document, operation)
    ]


def _of(
    choices: Choices, schema: GraphQLSchema, document: Document, operation: Operation
) -> list[Case]:
    name = operation.name
    if name is None or len(document.operations) == 1:
        name = choices.weighted(((60, name), (38, None), (2, "Unknown")))
    right = [some_variables(choices, operation, mistakes=False) for _ in range(2)]
    sets = [*right, *right, *right]
    if operation.variables:
        sets.append(some_variables(choices, operation, mistakes=True))
    return [
        Case(schema, document, operation, name, variables, _terms(choices, number))
        for number, variables in enumerate(sets)
    ]


def _terms(choices: Choices, number: int) -> Terms:
    return Terms(
        seed=choices.below(1 << 32),
        trouble=choices.weighted(TERMS),
        gated=bool(number % 2) == choices.chance(50),
    )
