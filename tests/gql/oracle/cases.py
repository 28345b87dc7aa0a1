"""A case: one operation of one document, with its variables, in one world."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from graphql import ExecutionResult, GraphQLSchema

from tests.gql.oracle.choices import Choices
from tests.gql.oracle.documents import Document, Operation, some_document, some_variables
from tests.gql.oracle.running import Answer, Execute, Runner
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
        (answer,) = answered_together([self], execute, runner)
        return answer

    def start(self, execute: Execute, world: World) -> Any:
        """Begin to execute the case in a world."""
        return execute(
            self.schema,
            self.document.node,
            root_value=world.root(self.operation.root),
            context_value=world,
            variable_values=self.variables,
            operation_name=self.name,
        )


def answered_together(cases: Sequence[Case], execute: Execute, runner: Runner) -> list[Answer]:
    """Execute cases at the same time, each in a world of its own."""
    worlds = [World(case.schema, case.terms) for case in cases]
    starts = [
        (partial(case.start, execute, world), world)
        for case, world in zip(cases, worlds, strict=True)
    ]
    outcomes = runner.run(starts)
    return [_answer(outcome, world) for outcome, world in zip(outcomes, worlds, strict=True)]


def _answer(outcome: Any, world: World) -> Answer:
    calls = tuple(world.calls)
    if isinstance(outcome, Exception):
        return Answer(None, repr(outcome), calls)
    assert isinstance(outcome, ExecutionResult), outcome
    return Answer(outcome, None, calls)


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
