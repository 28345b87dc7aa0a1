"""Entity tags of answers: made of their content, compared as RFC 9110 says for If-None-Match."""

from hashlib import blake2b


def weak_tag(body: bytes) -> str:
    """The weak entity tag of a page."""
    return f'W/"{blake2b(body, digest_size=12).hexdigest()}"'


def matches(if_none_match: str | None, tag: str) -> bool:
    """Whether the caller already has what the tag stands for (weak comparison)."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    wanted = tag.removeprefix("W/")
    return any(part.strip().removeprefix("W/") == wanted for part in if_none_match.split(","))
