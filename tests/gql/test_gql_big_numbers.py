"""Amounts of money beyond 32 bits."""

import pytest

from rustok.core.graphql.platform import LARGEST, resolvers
from rustok.core.money import MAX_MINOR

BIG = resolvers.scalars["BigInt"]


@pytest.mark.parametrize("value", [0, -5, 2**31, MAX_MINOR])
def test_every_amount_of_money_passes_both_ways(value: int) -> None:
    assert BIG.serialize(value) == BIG.parse(value) == value


@pytest.mark.parametrize("value", [1.5, "12", True, None, LARGEST])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        BIG.parse(value)
