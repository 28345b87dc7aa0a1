"""Errors that resolvers of generated schemas raise, return and hide in lists."""

from typing import Any, Final

import msgspec
from graphql import GraphQLError

from tests.gql.oracle.choices import Choices


class Raise(msgspec.Struct, frozen=True):
    """An outcome of a resolver that is raised instead of returned."""

    error: Exception


class Described(Exception):
    """An error with the attributes that GraphQL errors are made from."""

    def __init__(self, key: str) -> None:
        super().__init__("not this text")
        self.message = f"described at {key}"
        self.extensions = {"code": "DESCRIBED", "at": key}


def some_error(choices: Choices, key: str) -> Exception:
    """An error that tells where it comes from."""
    match choices.below(12):
        case 0 | 1 | 2 | 3 | 4:
            return ValueError(f"failed at {key}")
        case 5 | 6:
            return GraphQLError(f"refused at {key}", extensions={"code": "REFUSED", "n": 1})
        case 7 | 8:
            return Described(key)
        case 9:
            return KeyError(key)
        case 10:
            return StopIteration(key)
        case _:
            return GraphQLError(f"located elsewhere than {key}", path=["else", 0])


BAD_KINDS: Final[tuple[Any, ...]] = (None, "Nope", "String", 7, "Raise", "T0", "T1", "Query")
"""What a value says of its type where it should not."""
