"""Back-pressure: how many events wait, and whether more may be let in."""

from rustok.core.pressure.errors import BackPressure
from rustok.core.pressure.levels import Level, next_level
from rustok.core.pressure.ports import Backlog, Waiting
from rustok.core.pressure.reading import Capacity, Depth, Reading, Transition

__all__ = [
    "BackPressure",
    "Backlog",
    "Capacity",
    "Depth",
    "Level",
    "Reading",
    "Transition",
    "Waiting",
    "next_level",
]
