"""What is limited: how much within which time, of whom."""

import re
from typing import Final, Literal

import msgspec

Unit = Literal["requests", "cost"]
"""Requests are counted; operations of GraphQL count with their cost."""

_QUOTA: Final = re.compile(r"([1-9][0-9]{0,11})/([1-9][0-9]{0,4})")


class Quota(msgspec.Struct, frozen=True):
    """So many tokens at once, and as many again in the course of so many seconds."""

    amount: int
    seconds: int

    @classmethod
    def of(cls, text: str) -> "Quota":
        """The quota of a text such as `600/60`. Raises ValueError."""
        found = _QUOTA.fullmatch(text)
        if found is None:
            raise ValueError(f"a limit is AMOUNT/SECONDS, for instance 600/60, not {text[:20]!r}")
        return cls(int(found[1]), int(found[2]))

    @property
    def rate(self) -> float:
        """Tokens that flow in, a second."""
        return self.amount / self.seconds


class Policy(msgspec.Struct, frozen=True):
    """A quota for each of a kind of subjects; callers are told its name and what it counts."""

    name: str
    quota: Quota
    unit: Unit
