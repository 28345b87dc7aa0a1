"""Custom scalars that refuse some values on their way in and on their way out."""

import enum
from decimal import Decimal
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
    StringValueNode,
)

from tests.gql.oracle.choices import Choices

BUILT_IN = (GraphQLString, GraphQLInt, GraphQLID, GraphQLBoolean, GraphQLFloat)


def upper() -> GraphQLScalarType:
    """Text that leaves in capitals; text that begins with "!" may not come in."""

    def serialize(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"Upper cannot leave as {type(value).__name__}")  # noqa: TRY004 - any error will do
        return value.upper()

    def parse(value: Any) -> str:
        if not isinstance(value, str):
            raise GraphQLError("Upper must be text", extensions={"code": "NOT_TEXT"})
        if value.startswith("!"):
            raise ValueError(f"Upper may not begin so: {value}")
        return value.lower()

    return GraphQLScalarType(
        "Upper", coerce_output_value=serialize, coerce_input_value=parse, description="In capitals."
    )


def price() -> GraphQLScalarType:
    """A decimal number as text, with its own reading of literals."""

    def serialize(value: Any) -> str | None:
        return None if value == 0 else str(Decimal(value))

    def parse_literal(node: Any, _variables: Any = None) -> Decimal:
        if not isinstance(node, StringValueNode):
            raise GraphQLError("Price must be a string", node)
        return Decimal(node.value)

    return GraphQLScalarType(
        "Price",
        serialize=serialize,
        parse_value=Decimal,
        parse_literal=parse_literal,
        specified_by_url="https://example.test/price",
    )


def anything() -> GraphQLScalarType:
    """Whatever it is, it passes as it is."""
    return GraphQLScalarType("Anything")


class Text(str):
    """Text of a class of its own."""

    __slots__ = ()


class Number(enum.IntEnum):
    SEVEN = 7


CUSTOM = (upper, price, anything)

SENT: dict[str, tuple[Any, ...]] = {
    "String": ("", "a", "häh\u2028", "x" * 40),
    "Int": (0, 7, -1, 2147483647, 3.0),
    "ID": ("1", "gid", 7),
    "Boolean": (True, False),
    "Float": (0.5, 3, -1e10, 0),
    "Upper": ("up", ""),
    "Price": ("1.50", 7),
    "Anything": (None, 1, "text", [1, {"a": None}], {"k": [True]}),
}
"""Values of a request's variables that each scalar takes."""

REFUSED: dict[str, tuple[Any, ...]] = {
    "String": (7, None, ["a"], {"a": 1}, True),
    "Int": ("7", 2147483648, 1.5, None, True, [1, "x"], float("nan")),
    "ID": (True, 1.5, None, {}, ["a", None]),
    "Boolean": (0, "true", None, [1]),
    "Float": ("1.5", None, True, {}, float("inf")),
    "Upper": ("!no", 7, None),
    "Price": ("much", None, [], {}),
    "Anything": (None,),
}
"""Values of variables that a scalar refuses, at least where null is none."""

WRITTEN: dict[str, tuple[str, ...]] = {
    "String": ('"a"', '""', '"""block "quoted" text"""', '"q\\"\\u00e9"'),
    "Int": ("0", "7", "-3", "2147483647"),
    "ID": ('"1"', "7", '"gid"'),
    "Boolean": ("true", "false"),
    "Float": ("0.5", "3", "-1e3"),
    "Upper": ('"up"', '"Down"'),
    "Price": ('"1.50"', '"7"'),
    "Anything": ('"text"', "1", "true", "SYMBOL", "[1, {a: null}]", "{k: 1.5}"),
}
"""Literals that each scalar takes."""

RESOLVED: dict[str, tuple[Any, ...]] = {
    "String": ("", "a", "häh", Text("two\nlines"), 7, True, 1.5, Decimal("1.5")),
    "Int": (0, 7, -2147483648, Number.SEVEN, 3.0, True, "12", Decimal(4)),
    "ID": ("1", 7, "gid", 3.0),
    "Boolean": (True, False, 1, 0.0),
    "Float": (0.5, 3, True, "1.5", Decimal("0.1"), -0.0),
    "Upper": ("up", "", "Mixed"),
    "Price": (Decimal("1.50"), "3", 7),
    "Anything": (1, "text", [1, {"a": None}], {"k": (1, 2)}, False, ""),
}
"""Values of resolvers that each scalar serializes."""

UNFIT: dict[str, tuple[Any, ...]] = {
    "String": ([1], {"a": 1}, b"bytes", float("nan"), object),
    "Int": (2147483648, -(2**40), 1.5, "seven", "", float("nan"), float("inf"), [1], {}),
    "ID": (True, 1.5, [], {}),
    "Boolean": ("yes", float("nan"), [True], "", {}),
    "Float": ("much", float("nan"), float("-inf"), [0.5], "", {}),
    "Upper": (7, ["a"], True),
    "Price": ("much", 0, [], {}),
    "Anything": (ValueError("an error as a value"),),
}
"""Values of resolvers that a scalar cannot serialize."""


def some_scalars(choices: Choices) -> list[GraphQLScalarType]:
    """Scalars for one schema: always text and numbers, and some of the others."""
    custom = [make() for make in choices.some(CUSTOM, 50)]
    return [*BUILT_IN, *custom]
