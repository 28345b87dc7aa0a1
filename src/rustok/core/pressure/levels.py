"""Normal, warning, critical: entered sooner than they are left."""

from typing import Final, Literal

Level = Literal["normal", "warning", "critical"]

ENTER_WARNING: Final = 0.5
LEAVE_WARNING: Final = 0.4
ENTER_CRITICAL: Final = 0.8
LEAVE_CRITICAL: Final = 0.7


def next_level(level: Level, ratio: float) -> Level:
    """The level of a depth that is this part of its capacity, after it was at another."""
    if ratio > ENTER_CRITICAL or (level == "critical" and ratio >= LEAVE_CRITICAL):
        return "critical"
    if ratio >= ENTER_WARNING or (level != "normal" and ratio >= LEAVE_WARNING):
        return "warning"
    return "normal"
