"""graphql-core's rules, without those that can find nothing in a text, for they walk it too."""

from typing import Final

from graphql import (
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    FragmentsOnCompositeTypesRule,
    KnownArgumentNamesRule,
    KnownDirectivesRule,
    KnownFragmentNamesRule,
    NoFragmentCyclesRule,
    NoUndefinedVariablesRule,
    NoUnusedFragmentsRule,
    NoUnusedVariablesRule,
    PossibleFragmentSpreadsRule,
    StreamDirectiveOnListField,
    UniqueArgumentNamesRule,
    UniqueDirectivesPerLocationRule,
    UniqueFragmentNamesRule,
    UniqueInputFieldNamesRule,
    UniqueVariableNamesRule,
    ValuesOfCorrectTypeRule,
    VariablesAreInputTypesRule,
    VariablesInAllowedPositionRule,
    specified_rules,
)
from graphql.validation import ASTValidationRule, MaxIntrospectionDepthRule

Rules = tuple[type[ASTValidationRule], ...]

_NEEDS: Final[dict[str, frozenset[type[ASTValidationRule]]]] = {
    "$": frozenset(
        {
            NoUndefinedVariablesRule,
            NoUnusedVariablesRule,
            UniqueVariableNamesRule,
            VariablesAreInputTypesRule,
            VariablesInAllowedPositionRule,
        }
    ),
    "@": frozenset(
        {
            DeferStreamDirectiveLabel,
            DeferStreamDirectiveOnRootField,
            DeferStreamDirectiveOnValidOperationsRule,
            KnownDirectivesRule,
            StreamDirectiveOnListField,
            UniqueDirectivesPerLocationRule,
        }
    ),
    "(": frozenset(
        {
            KnownArgumentNamesRule,
            UniqueArgumentNamesRule,
            UniqueInputFieldNamesRule,
            ValuesOfCorrectTypeRule,
        }
    ),
    "__": frozenset({MaxIntrospectionDepthRule}),
}
_FRAGMENTS: Final = frozenset(
    {
        FragmentsOnCompositeTypesRule,
        KnownFragmentNamesRule,
        NoFragmentCyclesRule,
        NoUnusedFragmentsRule,
        PossibleFragmentSpreadsRule,
        UniqueFragmentNamesRule,
    }
)


def relevant_rules(text: str) -> Rules:
    """The rules of the specification that a document with this text might break, in their order.

    Validating with them finds what validating with all of them finds.
    """
    idle: set[type[ASTValidationRule]] = set()
    for mark, rules in _NEEDS.items():
        if mark not in text:
            idle |= rules
    if "..." not in text and "fragment" not in text:
        idle |= _FRAGMENTS
    return tuple(rule for rule in specified_rules if rule not in idle)
