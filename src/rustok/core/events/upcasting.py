"""Brings events of older versions to the present one, before any handler sees them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from rustok.core.events.event import Event
from rustok.core.events.fact import Fact
from rustok.core.modules.registry import BadModules, Modules

Payload = dict[str, Any]


class Upcaster(msgspec.Struct, frozen=True):
    """One step: `payload` makes of a payload of `from_version` the one of the next version.

    It is pure and total: whatever payload of that version was ever recorded, it takes.
    """

    name: str
    from_version: int
    payload: Callable[[Payload], Payload]


class EventNotUnderstood(Exception):
    """No installed module can say what an event means; the reason of its dead letter."""

    code = "EVENT_NOT_UNDERSTOOD"

    def __str__(self) -> str:
        """What is not understood, with the stable code."""
        return f"{super().__str__()} [{self.code}]"


class EventTypeUnknown(EventNotUnderstood):
    """No installed module declares an event of this name."""

    code = "EVENT_TYPE_UNKNOWN"


class EventVersionUnknown(EventNotUnderstood):
    """The version is newer than the installed module's, or too old for its upcasters."""

    code = "EVENT_VERSION_UNKNOWN"


class Upcasters:
    """Every event that is understood, by name, and the steps from its older versions."""

    def __init__(self, facts: Iterable[type[Fact]] = (), steps: Iterable[Upcaster] = ()) -> None:
        self._present: dict[str, int] = {}
        self._steps = {(step.name, step.from_version): step.payload for step in steps}
        self.declare(*facts)

    @classmethod
    def of(cls, modules: Modules) -> "Upcasters":
        """Those of the modules; raises BadModules where their steps do not fit their events."""
        facts = [fact for module in modules for fact in module.part("events") or ()]
        steps = [step for module in modules for step in module.part("upcasters") or ()]
        problems = list(_problems(facts, steps))
        if problems:
            raise BadModules(problems)
        return cls(facts, steps)

    def declare(self, *facts: type[Fact]) -> None:
        """Makes further events understood: those of a test that no module declares."""
        self._present.update((fact.name, fact.schema_version) for fact in facts)

    def upcast(self, event: Event) -> Event:
        """The event as its present version; raises EventTypeUnknown, EventVersionUnknown."""
        present = self._present.get(event.name)
        if event.schema_version == present:
            return event
        if present is None:
            raise EventTypeUnknown(f"No installed module declares {event.name}.")
        if event.schema_version > present:
            raise EventVersionUnknown(
                f"{event.name} has version {event.schema_version}, "
                f"and the newest that is known here is {present}."
            )
        return self._raised(event, present)

    def _raised(self, event: Event, present: int) -> Event:
        payload = msgspec.json.decode(event.payload)
        for version in range(event.schema_version, present):
            step = self._steps.get((event.name, version))
            if step is None:
                raise EventVersionUnknown(f"Nothing upcasts version {version} of {event.name}.")
            payload = step(payload)
        return msgspec.structs.replace(
            event, schema_version=present, payload=msgspec.json.encode(payload)
        )


def _problems(facts: Iterable[type[Fact]], steps: Iterable[Upcaster]) -> Iterator[str]:
    present = {fact.name: fact.schema_version for fact in facts}
    versions: dict[str, list[int]] = {}
    for step in steps:
        versions.setdefault(step.name, []).append(step.from_version)
    for name, found in sorted(versions.items()):
        if name not in present:
            yield f"there are upcasters for {name}, which no module declares"
            continue
        wanted = list(range(max(1, min(found)), present[name]))
        if sorted(found) != wanted:
            yield (
                f"the upcasters of {name} begin at the versions {sorted(found)}, and not at each "
                f"up to {present[name]}, its present one, once"
            )
