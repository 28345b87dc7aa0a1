"""What is found out about an operation once: its assessments and its compiled plans."""

from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from types import NoneType
from typing import Any, Final

import msgspec
from graphql import FragmentDefinitionNode, OperationDefinitionNode
from graphql.execution import default_field_resolver
from graphql.execution.values import VariableValues

from rustok.gql.assessment import Assessment, assess
from rustok.gql.cacheability import may_be_kept
from rustok.gql.compiler import UNDECIDED, Field, Plan, Request, shareable, undecided
from rustok.gql.schema import Schema

KEPT: Final = 16
"""Outcomes of @skip and @include, and page sizes, that an operation is kept ready for."""
READY: Final = 64
"""Variables that an operation is kept ready for."""
_PLAIN: Final = frozenset({str, int, float, bool, NoneType})
_LONGEST: Final = 200


class Ready(msgspec.Struct, frozen=True, eq=False):
    """All that is found out before an operation runs with certain variables.

    `arguments` are those of fields that runs have coerced, for the runs that follow.
    """

    variables: VariableValues
    assessment: Assessment
    plan: Plan | str
    arguments: dict[Field, dict[str, Any]]


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
        self._ready: dict[Hashable, Ready] = {}

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

    def ready(
        self,
        variables: Mapping[str, Any],
        page: int,
        coerce: Callable[["Prepared"], VariableValues],
    ) -> Ready:
        """What is known of a run with these variables, as sent; raises Refused.

        It is kept where they are few, short and plain, so that nobody can change what others get.
        """
        key = _key(variables, page)
        known = None if key is None else self._ready.get(key)
        if known is not None:
            return known
        coerced = coerce(self)
        assessment = self.assessed(variables, page)
        found = Ready(coerced, assessment, self.plan(coerced), {})
        if key is not None and shareable(coerced.coerced):
            if len(self._ready) == READY:
                self._ready.clear()
            self._ready[key] = found
        return found

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


def _key(variables: Mapping[str, Any], page: int) -> Hashable:
    """The same for what is coerced to the same: 1, 1.0 and true are not, though they are equal."""
    if len(variables) > KEPT:
        return None
    parts: list[Any] = [page]
    for name, value in variables.items():
        kind = value.__class__
        if kind not in _PLAIN or (kind is str and len(value) > _LONGEST) or len(name) > _LONGEST:
            return None
        parts += (name, kind, value)
    return tuple(parts)
