"""Enums whose values inside are not their names."""

import enum

from graphql import GraphQLEnumType, GraphQLEnumValue

from tests.gql.oracle.choices import Choices

NAMES = ("RED", "GREEN", "BLUE", "true_", "Old")


class Colour(enum.Enum):
    RED = "r"
    GREEN = "g"
    BLUE = "b"
    TRUE = "t"
    OLD = "o"


INSIDE: tuple[tuple[object, ...], ...] = (
    NAMES,
    (0, 1, 2, 3, 4),
    tuple(Colour),
    (("r", 1), ("g", 2), ("b", 3), "t", None),
    (["r"], ["g"], {"b": 1}, 4, "o"),
)


def some_enum(choices: Choices, number: int) -> GraphQLEnumType:
    """An enum of one to five values, one of them perhaps deprecated."""
    inside = choices.pick(INSIDE)
    count = 1 + choices.below(len(NAMES))
    return GraphQLEnumType(
        f"E{number}",
        {
            name: GraphQLEnumValue(
                value, deprecation_reason="Old." if name == "Old" else None, description=None
            )
            for name, value in list(zip(NAMES, inside, strict=True))[:count]
        },
        description="Colours." if choices.chance(30) else None,
    )
