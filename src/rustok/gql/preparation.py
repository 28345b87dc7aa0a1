"""What is found out about an operation once: its assessments and its compiled plans."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from graphql import FragmentDefinitionNode, OperationDefinitionNode
from graphql.execution import default_field_resolver
from graphql.execution.values import VariableValues

from rustok.gql.assessment import Assessment, assess
from rustok.gql.cacheability import may_be_kept
from rustok.gql.compiler import UNDECIDED, Plan, Request, undecided
from rustok.gql.schema import Schema

KEPT: Final = 16
"""Outcomes of @skip and @include, and page sizes, that an operation is kept ready for."""


class Prepared:
    """One operation of a valid document, on one schema."""

    def __init__(
        self,
        schema: Schema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        self.request = Request.of(schema.core, operation, fragments)
        self._schema = schema
        self._assessments: dict[int, list[Assessment]] = {}
        self._plans: dict[tuple[Any, ...], Plan] = {}

    @property
    def name(self) -> str:
        """The operation's name, empty where it has none."""
        name = self.request.operation.name
        return name.value if name else ""

    @property
    def schema_version(self) -> str:
        """The version of the schema that it is prepared for."""
        return self._schema.version

    @cached_property
    def is_cacheable(self) -> bool:
        """Whether an answer without errors may be kept, and given to everyone else who asks."""
        request, schema = self.request, self._schema
        return may_be_kept(schema.core, schema.live, request.operation, request.definitions)

    def assessed(self, variables: Mapping[str, Any], page: int) -> Assessment:
        """What the operation asks for with these variables; raises Refused."""
        known = self._assessments.setdefault(page, [])
        for assessment in known:
            if assessment.holds_for(variables):
                return assessment
        request = self.request
        found = assess(self._schema, request.operation, request.definitions, variables, page)
        if found.small and len(known) < KEPT:
            known.append(found)
        return found

    def plan(self, variables: VariableValues) -> Plan | str:
        """The compiled operation, or the reason why it is left to graphql-core."""
        if self.request.unsupported is not None:
            return self.request.unsupported
        coerced = variables.coerced
        outcome = tuple(coerced.get(name) for name in self.request.conditions)
        plan = self._plans.get(outcome)
        if plan is None:
            if undecided(outcome):
                return UNDECIDED
            if len(self._plans) == KEPT:
                return "too many outcomes of conditions"
            plan = self._plans[outcome] = Plan(
                self.request,
                variables,
                field_resolver=default_field_resolver,
                guarded=self._schema.guarded,
            )
        return plan
