"""Decides from the rules of an operation's fields whether its caller may run it."""

from collections.abc import Callable, Mapping

import msgspec
from graphql import FieldNode

from rustok.gql.assessment import Assessment, Coordinate
from rustok.gql.directives import Rule
from rustok.gql.errors import FORBIDDEN, UNAUTHENTICATED, Problem, Refused, located
from rustok.gql.limits import ANONYMOUS, Limits


def nothing_allowed(_permission: str) -> bool:
    """The permissions of a caller who has none."""
    return False


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: what they may do, how much they may ask for, which parts are off for them.

    Without `introspection` the schema cannot be read, and complaints suggest no names from it.
    """

    authenticated: bool = False
    allowed: Callable[[str], bool] = nothing_allowed
    limits: Limits = ANONYMOUS
    disabled: frozenset[str] = frozenset()
    introspection: bool = True

    def may(self, rule: Rule) -> bool:
        """Whether the rule lets this caller through."""
        if rule.public:
            return True
        if not self.authenticated:
            return False
        return rule.permission is None or self.allowed(rule.permission)


def authorise(assessment: Assessment, caller: Caller) -> frozenset[Coordinate]:
    """Check every field selected; raises Refused when one of them is not for this caller.

    Returns the fields to refuse later, should an object of an interface turn out to have one.
    """
    refused = tuple(
        refusal(coordinate, rule, caller, node)
        for coordinate, (rule, node) in assessment.required.items()
        if not caller.may(rule)
    )
    if refused:
        raise Refused(*refused)
    return _denied(assessment.possible, caller)


def _denied(rules: Mapping[Coordinate, Rule], caller: Caller) -> frozenset[Coordinate]:
    return frozenset(coordinate for coordinate, rule in rules.items() if not caller.may(rule))


def refusal(coordinate: Coordinate, rule: Rule, caller: Caller, node: FieldNode) -> Problem:
    """Sign in, or you may not."""
    field = ".".join(coordinate)
    if not caller.authenticated:
        message = f"{field} is for signed-in callers."
        return located(UNAUTHENTICATED, message, node, field=field)
    message = f"{field} needs the permission {rule.permission}."
    return located(FORBIDDEN, message, node, field=field, permission=rule.permission)
