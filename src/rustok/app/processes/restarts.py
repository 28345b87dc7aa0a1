"""How soon a process that ended is started again."""

from typing import Final

FIRST_SECONDS: Final = 0.2
MOST_SECONDS: Final = 10.0
WELL_SECONDS: Final = 60.0


class Restarts:
    """The pauses of one place: 0.2 s, doubled up to 10 s, and 0.2 s again after a good minute.

    `count` is how often its process was started again.
    """

    def __init__(self) -> None:
        self.count = 0
        self._next = FIRST_SECONDS

    def after(self, lived: float) -> float:
        """The pause in seconds after a process that lived for so many seconds."""
        pause = FIRST_SECONDS if lived >= WELL_SECONDS else self._next
        self._next = min(pause * 2, MOST_SECONDS)
        self.count += 1
        return pause
