"""Port: the buckets that several processes share, from which each takes tokens in portions."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from rustok.core.ratelimits.policy import Quota


class Ask(msgspec.Struct, frozen=True):
    """What a process asks of one bucket: `least` to `most` tokens, or none.

    `back` are tokens that it took earlier and did not need.
    """

    key: bytes
    quota: Quota
    least: int
    most: int
    back: int


class Grant(msgspec.Struct, frozen=True, gc=False):
    """The tokens given, and how many are left."""

    granted: int
    left: float


class TokenStore(Protocol):
    """Shared buckets: one that nobody asked for yet is full."""

    async def take(self, asks: Sequence[Ask]) -> Sequence[Grant]:
        """Grants in the order of the asks, each by itself; raises where nobody answers in time."""
        ...
