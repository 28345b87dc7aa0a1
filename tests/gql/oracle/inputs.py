"""Input types, and values of them: as literals, as a request's variables, right and wrong."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from graphql import (
    GraphQLArgument,
    GraphQLDefaultInput,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    is_required_input_field,
    parse_const_value,
)
from graphql.utilities.coerce_input_value import coerce_input_literal, coerce_input_value

from tests.gql.oracle.choices import Choices
from tests.gql.oracle.scalars import REFUSED, SENT, WRITTEN

Variable = Callable[[GraphQLInputType, bool, bool], str | None]
"""May offer a variable for a position: its type, whether it has a default, whether of @oneOf."""

DEEPEST = 3


class Wrapped(msgspec.Struct, frozen=True):
    """What an input object becomes on its way to the resolver, where its type says so."""

    name: str
    fields: Any


def some_inputs(choices: Choices, leaves: Sequence[Any]) -> list[GraphQLInputObjectType]:
    """Input objects, each of which may hold the earlier ones and itself."""
    made: list[GraphQLInputObjectType] = []
    for number in range(choices.below(4)):
        made.append(_input(choices, f"In{number}", leaves, made))
    return made


def _input(
    choices: Choices, name: str, leaves: Sequence[Any], earlier: Sequence[GraphQLInputObjectType]
) -> GraphQLInputObjectType:
    one_of = choices.chance(25)
    fields: dict[str, GraphQLInputField] = {}
    for number in range(1 + choices.below(4)):
        kind: Any = wrapped(choices, choices.pick([*leaves, *earlier, *earlier]))
        if one_of:
            kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        default = None if one_of else some_default(choices, kind)
        fields[f"i{number}"] = GraphQLInputField(
            kind,
            default=default,
            out_name=f"out_{number}" if choices.chance(15) else None,
            description="Given." if choices.chance(10) else None,
        )
    result = GraphQLInputObjectType(
        name,
        lambda: fields,
        is_one_of=one_of,
        out_type=(lambda value: Wrapped(name, value)) if choices.chance(20) else None,
    )
    if choices.chance(30):
        fields["again"] = GraphQLInputField(result)
    return result


def some_arguments(choices: Choices, kinds: Sequence[Any]) -> dict[str, GraphQLArgument]:
    """Up to three arguments, with and without defaults."""
    if choices.chance(55):
        return {}
    return {f"x{number}": _argument(choices, kinds) for number in range(1 + choices.below(3))}


def _argument(choices: Choices, kinds: Sequence[Any]) -> GraphQLArgument:
    kind: Any = wrapped(choices, choices.pick(kinds))
    return GraphQLArgument(
        kind,
        default=some_default(choices, kind),
        out_name="renamed" if choices.chance(5) else None,
        deprecation_reason="Old." if choices.chance(5) and not _required(kind) else None,
    )


def _required(kind: Any) -> bool:
    return isinstance(kind, GraphQLNonNull)


def some_default(choices: Choices, kind: Any) -> GraphQLDefaultInput | None:
    """A default as a literal or as a value, or none; never of objects, which could go round."""
    if not choices.chance(35) or isinstance(innermost(kind), GraphQLInputObjectType):
        return None
    if choices.chance(50):
        node = parse_const_value(literal(choices, kind))
        fits = coerce_input_literal(node, kind) is not Undefined
        return GraphQLDefaultInput(literal=node) if fits else None
    value = external(choices, kind)
    fits = coerce_input_value(value, kind) is not Undefined
    return GraphQLDefaultInput(value=value) if fits else None


def wrapped(choices: Choices, kind: Any) -> Any:
    """The type as it is, non-null, or in lists, with non-null at any level."""
    depth = choices.weighted(((70, 0), (22, 1), (8, 2)))
    for _ in range(depth):
        kind = GraphQLList(GraphQLNonNull(kind) if choices.chance(35) else kind)
    return GraphQLNonNull(kind) if choices.chance(30) else kind


def innermost(kind: Any) -> Any:
    while isinstance(kind, GraphQLNonNull | GraphQLList):
        kind = kind.of_type
    return kind


def literal(choices: Choices, kind: Any, variable: Variable | None = None, depth: int = 0) -> str:
    """A literal of the type; `variable` may put variables into it, but not for it as a whole."""
    if isinstance(kind, GraphQLNonNull):
        return _literal(choices, kind.of_type, variable, depth)
    if choices.chance(8):
        return "null"
    return _literal(choices, kind, variable, depth)


def _literal(choices: Choices, kind: Any, variable: Variable | None, depth: int) -> str:
    if isinstance(kind, GraphQLList):
        inner = kind.of_type
        if choices.chance(15):
            return _single(choices, inner, variable, depth)
        items = [
            _position(choices, inner, variable, depth, has_default=False, one_of=False)
            for _ in range(choices.below(3))
        ]
        return f"[{', '.join(items)}]"
    if isinstance(kind, GraphQLInputObjectType):
        return _object(choices, kind, variable, depth)
    if isinstance(kind, GraphQLEnumType):
        names: list[str] = list(kind.values)
        return choices.pick(names)
    return choices.pick(WRITTEN[kind.name])


def _single(choices: Choices, kind: Any, variable: Variable | None, depth: int) -> str:
    """One value where a list is expected: it becomes a list of one."""
    kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    return _literal(choices, kind, variable, depth)


def _object(
    choices: Choices, kind: GraphQLInputObjectType, variable: Variable | None, depth: int
) -> str:
    if kind.is_one_of:
        name = choices.pick(list(kind.fields))
        inner = GraphQLNonNull(kind.fields[name].type)
        text = _position(choices, inner, variable, depth + 1, has_default=False, one_of=True)
        return f"{{{name}: {text}}}"
    parts = []
    for name, field in kind.fields.items():
        needed = is_required_input_field(field)
        if needed or (choices.chance(50) and depth < DEEPEST):
            has_default = field.default is not None
            text = _position(
                choices, field.type, variable, depth + 1, has_default=has_default, one_of=False
            )
            parts.append(f"{name}: {text}")
    return f"{{{', '.join(parts)}}}"


def _position(
    choices: Choices,
    kind: Any,
    variable: Variable | None,
    depth: int,
    *,
    has_default: bool,
    one_of: bool,
) -> str:
    offered = variable(kind, has_default, one_of) if variable and choices.chance(25) else None
    return offered or literal(choices, kind, variable, depth)


def external(choices: Choices, kind: Any, depth: int = 0) -> Any:
    """A value of the type, as it comes with a request."""
    if isinstance(kind, GraphQLNonNull):
        value = _external(choices, kind.of_type, depth)
        return 1 if value is None else value
    return None if choices.chance(8) else _external(choices, kind, depth)


def _external(choices: Choices, kind: Any, depth: int) -> Any:
    if isinstance(kind, GraphQLList):
        inner = kind.of_type
        if choices.chance(15):
            return external(choices, inner, depth)
        return [external(choices, inner, depth) for _ in range(choices.below(3))]
    if isinstance(kind, GraphQLInputObjectType):
        if kind.is_one_of:
            name = choices.pick(list(kind.fields))
            return {name: external(choices, GraphQLNonNull(kind.fields[name].type), depth + 1)}
        return {
            name: external(choices, field.type, depth + 1)
            for name, field in kind.fields.items()
            if is_required_input_field(field) or (choices.chance(50) and depth < DEEPEST)
        }
    if isinstance(kind, GraphQLEnumType):
        return choices.pick(list(kind.values))
    return choices.pick(SENT[kind.name])


def wrong(choices: Choices, kind: Any, depth: int = 0) -> Any:
    """A value that is most likely none of the type, at some place inside it."""
    if isinstance(kind, GraphQLNonNull):
        return None if choices.chance(20) else wrong(choices, kind.of_type, depth)
    if isinstance(kind, GraphQLList):
        items = [wrong(choices, kind.of_type, depth) for _ in range(1 + choices.below(2))]
        return [*items, external(choices, kind.of_type, depth)]
    if isinstance(kind, GraphQLInputObjectType):
        return _wrong_object(choices, kind, depth)
    if isinstance(kind, GraphQLEnumType):
        return choices.pick(["PURPLE", 7, "red", None, True, ["RED"]])
    return choices.pick(REFUSED[kind.name])


def _wrong_object(choices: Choices, kind: GraphQLInputObjectType, depth: int) -> Any:
    right = _external(choices, kind, depth)
    name = choices.pick(list(kind.fields))
    match choices.below(5):
        case 0:
            return {**right, "unknown": 1, "i": 2}
        case 1:
            return {}
        case 2 if depth < DEEPEST:
            return {**right, name: wrong(choices, kind.fields[name].type, depth + 1)}
        case 3:
            return dict.fromkeys(kind.fields)
        case _:
            return choices.pick(["text", 7, [1], None])
