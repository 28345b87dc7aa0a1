"""What the lines of the log are about, for as long as a task works on it.

It is asked for when a line is written: most requests write none, and pay for one variable.
"""

from collections.abc import Mapping
from contextvars import ContextVar, Token
from typing import Protocol, TypeAlias

Fields: TypeAlias = Mapping[str, object]


class About(Protocol):
    """Something that is worked on."""

    def fields(self) -> Fields:
        """What lines say of it."""
        ...


_ABOUT: ContextVar[About | None] = ContextVar("rustok_about", default=None)
begin = _ABOUT.set
"""Binds what lines are about; the answer is for `end`, in the same task."""
end = _ABOUT.reset
"""Binds again what was bound before."""

Bound: TypeAlias = Token[About | None]


def fields() -> Fields:
    """What is bound here; nothing outside of any request and event."""
    about = _ABOUT.get()
    return {} if about is None else about.fields()
