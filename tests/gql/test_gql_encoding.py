"""Values that scalars let through as they are."""

from enum import StrEnum

import pytest

from rustok.gql.encoding import ENCODER


class Colour(StrEnum):
    RED = "red"


class Title(str):
    __slots__ = ()


class Count(int):
    pass


@pytest.mark.parametrize(
    ("value", "expected"), [(Title("Clog"), b'"Clog"'), (Count(3), b"3"), (Colour.RED, b'"red"')]
)
def test_subclasses_of_plain_types_are_encoded_as_these(value: object, expected: bytes) -> None:
    assert ENCODER.encode([value]) == b"[" + expected + b"]"


def test_what_json_has_no_place_for_is_an_error() -> None:
    with pytest.raises(NotImplementedError, match="object"):
        ENCODER.encode(object())
