"""Permissions are `resource:action` texts that modules declare and roles hold."""

import re

import msgspec

_FORM = re.compile(r"[a-z][a-z0-9_-]*:[a-z][a-z0-9_-]*")


class Permission(msgspec.Struct, frozen=True):
    """One right: its key, such as `product:update`, and a sentence that says what it allows."""

    key: str
    summary: str

    def __post_init__(self) -> None:
        """Raises ValueError where the key is not `resource:action`."""
        if not _FORM.fullmatch(self.key):
            raise ValueError(f"{self.key!r} is not of the form resource:action")
