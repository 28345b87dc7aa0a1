"""Port of the level that processes share: a store of bytes that may be lost at any moment."""

from typing import Protocol

import msgspec


class StoreUnavailable(Exception):
    """The store does not answer, or is not asked at the moment: go on without it."""


class Look(msgspec.Struct, frozen=True, gc=False):
    """What is there under a key; `claimed` says that somebody is making it.

    `clock` is the store's own count of invalidations, None where it has lost it.
    """

    value: bytes | None
    clock: int | None
    claimed: bool


class SharedStore(Protocol):
    """Everything raises StoreUnavailable, soon."""

    @property
    def losses(self) -> int:
        """How often it did not answer: what was there before may be something else now."""
        ...

    async def look(self, key: str) -> Look:
        """The value and the clock, read at one moment."""
        ...

    async def claim(self, key: str) -> bool:
        """Whether the caller is the one who makes the value, for a second at the most."""
        ...

    async def keep(self, key: str, value: bytes, seconds: float) -> None:
        """Keeps the value and gives up the claim."""
        ...

    async def release(self, key: str) -> None:
        """Gives up the claim: there will be no value."""
        ...

    async def tick(self, seen: int) -> int:
        """Moves the clock on, past everything so far and past `seen`; its new count."""
        ...

    async def close(self) -> None:
        """Lets go of its connections."""
        ...
