"""Entity tags that carry a version: `ETag: "7"` out, `If-Match: "7"` in."""

import re
from typing import Annotated

from litestar.params import HeaderParameter

from rustok.core.errors import BadRequest

_TAG = re.compile(r'(?:W/)?"(\d{1,9})"')

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match", required=False, description='The version to be changed, such as `"7"`.'
    ),
]


class InvalidIfMatch(BadRequest):
    """If-Match is not an entity tag that this server gave out."""

    code = "INVALID_IF_MATCH"
    title = "Invalid If-Match"


def entity_tag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def expected_version(if_match: str | None) -> int | None:
    """The version the caller expects, None where any will do; raises InvalidIfMatch."""
    if if_match is None or if_match.strip() == "*":
        return None
    match = _TAG.fullmatch(if_match.strip())
    if match is None:
        raise InvalidIfMatch
    return int(match[1])
