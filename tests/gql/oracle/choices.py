"""Where every decision of a generated case comes from, drawn by hypothesis or fixed by a path."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from random import Random
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")

_MULTIPLIER = 6364136223846793005
_INCREMENT = 1442695040888963407
_MASK = (1 << 64) - 1


class Choices(ABC):
    """Decisions in a row; the first of all options is the simplest one."""

    @abstractmethod
    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""

    def chance(self, percent: int) -> bool:
        return self.below(100) >= 100 - percent

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def weighted(self, options: Sequence[tuple[int, T]]) -> T:
        """One of the options, each as often as its weight says."""
        place = self.below(sum(weight for weight, _ in options))
        for weight, option in options:
            place -= weight
            if place < 0:
                return option
        raise AssertionError

    def some(self, options: Sequence[T], percent: int) -> list[T]:
        """Those options that chance keeps, in their order."""
        return [option for option in options if self.chance(percent)]


class Drawn(Choices):
    """Decisions made by hypothesis, which can repeat and simplify them."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def below(self, limit: int) -> int:
        return self._random.randrange(limit) if limit > 1 else 0


class Fixed(Choices):
    """Decisions that follow from a seed and a text, so that two executions meet the same ones."""

    def __init__(self, seed: int, text: str) -> None:
        self._state = crc32(text.encode(), seed) * _MULTIPLIER & _MASK

    def below(self, limit: int) -> int:
        self._state = (self._state * _MULTIPLIER + _INCREMENT) & _MASK
        return (self._state >> 33) % limit
