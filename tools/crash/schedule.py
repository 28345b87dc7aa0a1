"""What goes wrong and when: a pure function of a seed, so that a run can be repeated."""

import random
from collections.abc import Sequence
from typing import Literal, TypeVar

import msgspec

Fault = Literal[
    "kill",
    "freeze",
    "latency",
    "slow",
    "reset",
    "half_open",
    "cut",
    "deaf",
    "kill_postgres",
    "kill_nats",
    "kill_redis",
    "delete_stream",
    "skew",
    "long_transaction",
]
PROXIED: frozenset[Fault] = frozenset({"latency", "slow", "reset", "half_open", "cut", "deaf"})
AMOUNTS: dict[Fault, tuple[float, float]] = {
    "latency": (0.005, 0.25),
    "slow": (4_000, 60_000),
    "skew": (-20.0, 20.0),
}
LONGEST: dict[Fault, float] = {"freeze": 6.0, "long_transaction": 20.0, "deaf": 15.0}
MOST_SECONDS = 5.0
T = TypeVar("T")


class Strike(msgspec.Struct, frozen=True, kw_only=True):
    """One fault: when in seconds from the start, whom it hits, for how long, how hard."""

    at: float
    fault: Fault
    target: str
    seconds: float = 0.0
    amount: float = 0.0

    def __str__(self) -> str:
        """One line for people."""
        lasting = f" for {self.seconds:.1f} s" if self.seconds else ""
        hard = f" by {self.amount:.3g}" if self.amount else ""
        return f"{self.at:7.1f} s  {self.fault} {self.target}{lasting}{hard}"


def kills(
    seed: int, seconds: float, targets: Sequence[str], *, processes: int, databases: int
) -> list[Strike]:
    """So many kills of processes and of PostgreSQL, spread over the time, one in each slot."""
    chance = random.Random(f"kills {seed}")
    strikes = [
        Strike(at=at, fault="kill", target=target)
        for at, target in zip(
            _spread(chance, seconds, processes), _evenly(chance, targets, processes), strict=True
        )
    ]
    strikes += [
        Strike(at=at, fault="kill_postgres", target="postgres")
        for at in _spread(chance, seconds, databases)
    ]
    return sorted(strikes, key=lambda strike: strike.at)


def storm(
    seed: int, seconds: float, targets: Sequence[str], faults: Sequence[Fault], *, every: float
) -> list[Strike]:
    """Faults of all kinds, each kind about as often, one every so many seconds."""
    chance = random.Random(f"storm {seed}")
    count = max(1, int(seconds / every))
    return [
        _strike(chance, at, fault, seconds - at, targets)
        for at, fault in zip(
            _spread(chance, seconds, count), _evenly(chance, faults, count), strict=True
        )
    ]


def _strike(
    chance: random.Random, at: float, fault: Fault, left: float, targets: Sequence[str]
) -> Strike:
    low, high = AMOUNTS.get(fault, (0.0, 0.0))
    lasting = chance.uniform(0.5, LONGEST.get(fault, MOST_SECONDS))
    return Strike(
        at=at,
        fault=fault,
        target=chance.choice(targets),
        seconds=min(lasting, left),
        amount=chance.uniform(low, high),
    )


def _spread(chance: random.Random, seconds: float, count: int) -> list[float]:
    """One moment in each of so many equal slots."""
    slot = seconds / max(count, 1)
    return [slot * (number + chance.random()) for number in range(count)]


def _evenly(chance: random.Random, values: Sequence[T], count: int) -> list[T]:
    """Each value as often as any other, in an order of chance."""
    found = [value for _ in range(count // len(values) + 1) for value in values][:count]
    chance.shuffle(found)
    return found
