"""From GraphQL's names to Python's."""

import re
from collections.abc import Callable

Naming = Callable[[str], str]

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake_case(name: str) -> str:
    """`compareAtPrice` -> `compare_at_price`, `imageURL` -> `image_url`."""
    return _BOUNDARY.sub("_", name).lower()
