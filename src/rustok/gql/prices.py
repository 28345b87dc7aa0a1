"""What fields cost, whoever reads them: from a parsed document, or from its text."""

from typing import Final

import msgspec

from rustok.gql.directives import Weight

INTROSPECTION_COSTS: Final = {"__schema": 1_000, "__type": 50}


class Price(msgspec.Struct, frozen=True):
    """What a selection costs once, and again for each item of the page that it is part of."""

    once: int = 0
    per_item: int = 0


def is_sized(weight: Weight) -> bool:
    """Whether the price depends on arguments or on the size of a list."""
    return bool(weight.slicing or weight.multipliers or weight.size is not None)


def unsized(weight: Weight, inner: Price) -> Price:
    """The price of a field around what is selected in it."""
    if weight.itemised:
        return Price(0, weight.value + 1 + inner.once)
    return Price(weight.value + inner.once + inner.per_item)


def sized(weight: Weight, inner: Price, size: int) -> int:
    """The cost of a field with so many items, before it is multiplied."""
    if weight.connection:
        return weight.value + inner.once + size * inner.per_item
    if weight.slicing or weight.size is not None:
        return weight.value + size * (1 + inner.once + inner.per_item)
    return weight.value + inner.once + inner.per_item
