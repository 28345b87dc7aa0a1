"""How much the variables of a request hold, counted before anything reads them."""

from collections.abc import Mapping
from typing import Any

from rustok.gql.errors import Refused
from rustok.gql.limits import Limits, too_complex


def bound_values(variables: Mapping[str, Any], limits: Limits) -> None:
    """Raise Refused for more values, or deeper ones, than a caller may send.

    Every entry of an object and every item of a list is a value; so is each object and list.
    """
    count = len(variables)
    level: list[Any] = []
    if count <= limits.values:
        level = [one for one in variables.values() if isinstance(one, dict | list)]
    depth = 0
    while level and count <= limits.values:
        depth += 1
        if depth > limits.nesting:
            raise Refused(too_complex("nesting", depth, limits.nesting))
        count, level = _within(level, count, limits.values)
    if count > limits.values:
        raise Refused(too_complex("values", count, limits.values))


def _within(level: list[Any], count: int, most: int) -> tuple[int, list[Any]]:
    """The count with what these hold, and the lists and objects in them."""
    inner: list[Any] = []
    for one in level:
        count += len(one)
        if count > most:
            break
        held = one.values() if isinstance(one, dict) else one
        inner += [value for value in held if isinstance(value, dict | list)]
    return count, inner
