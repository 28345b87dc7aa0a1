"""Facts that only the rig records."""

from typing import ClassVar

from rustok.core.events import Fact


class ThingFact(Fact, frozen=True):
    """Base of the facts about the rig's things."""

    aggregate: ClassVar[str] = "thing"


class ThingCounted(ThingFact, frozen=True):
    """A thing was counted: harmless."""

    name: ClassVar[str] = "thing.counted"
    number: int


class ThingPoisoned(ThingFact, frozen=True):
    """A thing was given something that its consumer does not survive."""

    name: ClassVar[str] = "thing.poisoned"
    kind: str


EVENTS = (ThingCounted, ThingPoisoned)
