"""How a module stands in one process: a pure state machine, told what happened and when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

import msgspec

State = Literal["registered", "initialized", "healthy", "degraded", "failed", "disabled"]

MOVES: Final[Mapping[State, frozenset[State]]] = {
    "registered": frozenset({"initialized", "failed", "disabled"}),
    "initialized": frozenset({"healthy", "degraded", "failed", "disabled"}),
    "healthy": frozenset({"degraded", "failed", "disabled"}),
    "degraded": frozenset({"healthy", "failed", "disabled"}),
    "failed": frozenset({"initialized", "healthy", "degraded", "disabled"}),
    "disabled": frozenset(),
}
WORKING: Final[frozenset[State]] = frozenset({"healthy", "degraded"})
EXPLAINED: Final[frozenset[State]] = frozenset({"degraded", "failed"})


class IllegalTransition(Exception):
    """The machine does not have this move, or it lacks its reason."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a module since a moment, and why where that needs saying.

    `built` says whether its last initialisation succeeded: one that was never built, or whose
    build was undone, works again only after another.
    """

    state: State = "registered"
    since: datetime
    reason: str = ""
    built: bool = False

    @property
    def works(self) -> bool:
        """Whether it can take requests at all."""
        return self.state in WORKING


def moved(standing: Standing, to: State, *, now: datetime, reason: str = "") -> Standing:
    """The standing after a move; the same state with another reason keeps its beginning.

    Raises IllegalTransition.
    """
    if to in EXPLAINED and not reason:
        raise IllegalTransition(f"{to} needs a reason")
    if to == standing.state and to in EXPLAINED:
        return msgspec.structs.replace(standing, reason=reason)
    if to not in MOVES[standing.state]:
        raise IllegalTransition(f"{standing.state} does not become {to}")
    if to in WORKING and not standing.built:
        raise IllegalTransition(f"{standing.state} becomes {to} only once it is initialized")
    built = standing.built or to == "initialized"
    kept = reason if to in {*EXPLAINED, "disabled"} else ""
    return Standing(state=to, since=now, reason=kept, built=built)


def broken(standing: Standing, *, now: datetime, reason: str) -> Standing:
    """Failed in a way that only another initialisation mends; raises IllegalTransition."""
    failed = moved(standing, "failed", now=now, reason=reason)
    return msgspec.structs.replace(failed, built=False)
