"""The directives every schema part may use, and the rules and weights they stand for."""

from typing import Annotated, Final

import msgspec
from graphql import DirectiveNode, FieldDefinitionNode, value_from_ast_untyped

SDL: Final = '''
"""
Only callers who hold the permission may select the field; without a permission, everyone who is
signed in. On a type it holds for each of its fields that says nothing itself.
"""
directive @auth(permission: String) on FIELD_DEFINITION | OBJECT | INTERFACE

"""Everyone may select the field."""
directive @public on FIELD_DEFINITION | OBJECT | INTERFACE

"""
What selecting the field costs: its own `value`, times the numbers or list lengths in the arguments
named by `multipliers` (`ids`, `input.items`). For a list, `slicing` names the arguments that say
how many items beside `first` and `last` (`input.first`); where none says, there are `size`.
"""
directive @cost(
  value: Int
  multipliers: [String!]
  slicing: [String!]
  size: Int
) on FIELD_DEFINITION

"""
The field is resolved from nothing but what tells of its own changes (documents of the read model,
arguments, the caller's language), so that an answer made of it may be kept until there is one. A
resolved field without it is live: an answer with one is made anew for each request.
"""
directive @cacheable on FIELD_DEFINITION
'''


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Who may select a field: everyone, everyone signed in, or holders of `permission`."""

    public: bool = False
    permission: str | None = None


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """What a field costs: its own `value`, and how the number of its items is found.

    `slicing` are paths to arguments that give a page size (`first`, `last`). `connection` says that
    the type returned has `edges` or `nodes`, `itemised` that this is one of those two fields.
    """

    value: int = 1
    multipliers: tuple[str, ...] = ()
    size: int | None = None
    slicing: tuple[str, ...] = ()
    connection: bool = False
    itemised: bool = False


PUBLIC: Final = Rule(public=True)
Natural = Annotated[int, msgspec.Meta(ge=0)]


def applied(node_directives: tuple[DirectiveNode, ...] | None) -> dict[str, dict[str, object]]:
    """The applied directives by name, each with its arguments as plain values."""
    return {
        directive.name.value: {
            argument.name.value: value_from_ast_untyped(argument.value)
            for argument in directive.arguments or ()
        }
        for directive in node_directives or ()
    }


def declared_rule(directives: dict[str, dict[str, object]]) -> Rule | None:
    """The rule that applied directives declare, or None when they declare none."""
    if "auth" in directives:
        permission = directives["auth"].get("permission")
        return Rule(permission=None if permission is None else str(permission))
    return PUBLIC if "public" in directives else None


class CostArguments(msgspec.Struct, frozen=True):
    """The arguments of one applied @cost, checked."""

    value: Natural | None = None
    multipliers: tuple[str, ...] = ()
    slicing: tuple[str, ...] = ()
    size: Natural | None = None


def declared_cost(field: FieldDefinitionNode) -> CostArguments:
    """The field's @cost, empty when it has none."""
    return msgspec.convert(applied(field.directives).get("cost", {}), CostArguments)
