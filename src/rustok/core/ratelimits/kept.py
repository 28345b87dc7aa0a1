"""Buckets by subject, as many as are in use, with an end to their number."""

from collections.abc import Hashable
from typing import Generic, TypeVar

B = TypeVar("B")


class Kept(Generic[B]):
    """The most lately used things by key: at least `size`, at most twice as many.

    Two halves: whenever the newer one is full, the older one goes. That costs a look-up less than
    an order of use would. A bucket that nobody came to for so long is full again anyway.
    """

    __slots__ = ("_new", "_old", "_size")

    def __init__(self, size: int) -> None:
        self._size = size
        self._new: dict[Hashable, B] = {}
        self._old: dict[Hashable, B] = {}

    def __len__(self) -> int:
        return len(self._new) + sum(key not in self._new for key in self._old)

    def get(self, key: Hashable) -> B | None:
        """What is kept for the key."""
        found = self._new.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: Hashable, value: B) -> None:
        """Keeps a value."""
        if len(self._new) >= self._size:
            self._old, self._new = self._new, {}
        self._new[key] = value
