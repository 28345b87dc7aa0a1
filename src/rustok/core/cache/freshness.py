"""Which values of the shared level a process may believe: pure rules, no I/O.

The store counts: its clock is moved on by every process that hears of a change, and a value bears
the count from before it was made. A process that has heard of a change believes nothing about it
until it has moved the clock itself, and from then on only values that bear at least that count.
So nothing depends on deleting anything, on who else has heard of the change, or on the store
remembering anything: a store that lost its clock is moved on past all that was seen.
"""

from collections import OrderedDict
from collections.abc import Iterable

Scopes = Iterable[str]


class Freshness:
    """What one process has heard, by scope: a text such as `tenant:<id>`.

    To begin with, and whenever anything may have changed, all is due: nothing is believed until the
    clock was moved.
    """

    def __init__(self, *, most: int = 10_000) -> None:
        self._most = most
        self._serial = 0
        self._all_due: int | None = 0
        self._due: dict[str, int] = {}
        self._since: OrderedDict[str, int] = OrderedDict()
        self._base = 0
        self.seen = 0
        """The highest count of the store's clock that this process knows of."""

    @property
    def is_due(self) -> bool:
        """Whether the clock has to be moved on before everything may be believed."""
        return self._all_due is not None or bool(self._due)

    @property
    def serial(self) -> int:
        """How many changes were heard so far: to be named to `moved`."""
        return self._serial

    def changed(self, scope: str | None) -> None:
        """Something changed: what the scope names, or anything for None."""
        self._serial += 1
        if scope is None or len(self._due) >= self._most:
            self._all_due = self._serial
            self._due.clear()
        else:
            self._due[scope] = self._serial

    def moved(self, clock: int, serial: int) -> None:
        """The clock was moved on, after all changes up to this serial had been heard."""
        self.seen = max(self.seen, clock)
        if self._all_due is not None and self._all_due <= serial:
            self._all_due = None
            self._base = clock
            self._since.clear()
        for scope in [scope for scope, heard in self._due.items() if heard <= serial]:
            del self._due[scope]
            self._since[scope] = clock
            self._since.move_to_end(scope)
        while len(self._since) > self._most:
            _, since = self._since.popitem(last=False)
            self._base = max(self._base, since)

    def read(self, clock: int | None, seen: int) -> None:
        """The clock was read by a command that was sent when this much had been `seen`.

        One that went back, or was lost, makes everything due.
        """
        if clock is not None and clock >= seen:
            self.seen = max(self.seen, clock)
        elif self._all_due is None:
            self.changed(None)

    def believes(self, stamp: int, scopes: Scopes) -> bool:
        """Whether a value that bears the stamp is none of those that changed since."""
        if self._all_due is not None or stamp < self._base:
            return False
        return all(
            scope not in self._due and stamp >= self._since.get(scope, 0) for scope in scopes
        )
