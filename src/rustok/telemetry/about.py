"""What the lines of the log are about, for as long as a task works on it.

It is asked for when a line is written: most requests write none, and pay for one variable.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token
from typing import TypeAlias

Fields: TypeAlias = Mapping[str, object]
About: TypeAlias = Callable[[], Fields] | None

_ABOUT: ContextVar[About] = ContextVar("rustok_about", default=None)


def begin(about: Callable[[], Fields]) -> "Token[About]":
    """Binds what lines are about; the answer is for `end`, in the same task."""
    return _ABOUT.set(about)


def end(token: "Token[About]") -> None:
    """Binds again what was bound before."""
    _ABOUT.reset(token)


def fields() -> Fields:
    """What is bound here; nothing outside of any request and event."""
    about = _ABOUT.get()
    return {} if about is None else about()
