"""Old events reach handlers as the present version; what is not understood is told, never lost."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.events import Event, Fact
from rustok.core.events.upcasting import (
    EventTypeUnknown,
    EventVersionUnknown,
    Upcaster,
    Upcasters,
)
from rustok.core.modules import Module
from rustok.core.modules.registry import BadModules, Modules


class BoxPacked(Fact, frozen=True):
    """A box was packed."""

    name = "box.packed"
    schema_version = 3
    aggregate = "box"
    steps: tuple[int, ...]


def step(number: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda payload: {"steps": [*payload["steps"], number]}


STEPS = (Upcaster("box.packed", 2, step(2)), Upcaster("box.packed", 1, step(1)))
EVENTS = (BoxPacked,)
GAP = STEPS[1:]
TWICE = (*STEPS, STEPS[0])
NEWER = (*STEPS, Upcaster("box.packed", 3, step(3)))
STRANGE = (Upcaster("box.lost", 1, step(1)),)
RECENT = STEPS[:1]


def event(version: int, *, name: str = "box.packed") -> Event:
    return Event(
        id=uuid4(),
        position=7,
        tenant_id=uuid4(),
        name=name,
        schema_version=version,
        aggregate="box",
        aggregate_id=uuid4(),
        aggregate_version=5,
        payload=b'{"steps":[]}',
        occurred_at=datetime(2026, 1, 1, tzinfo=UTC),
        correlation_id="req-1",
    )


def module(steps: str) -> Modules:
    parts = {"events": f"{__name__}:EVENTS", "upcasters": f"{__name__}:{steps}"}
    return Modules([Module(name="boxes", version="1", summary="", **parts)])


@pytest.mark.parametrize(("version", "steps"), [(1, [1, 2]), (2, [2])])
def test_each_step_is_taken_once_in_order_and_the_envelope_stays(
    version: int, steps: list[int]
) -> None:
    old = event(version)
    new = Upcasters.of(module("STEPS")).upcast(old)

    assert msgspec.json.decode(new.payload, type=BoxPacked).steps == tuple(steps)
    same = {"payload": old.payload, "schema_version": version}
    assert msgspec.structs.replace(new, **same) == old
    assert new.schema_version == 3


def test_the_present_version_is_left_alone() -> None:
    present = event(3)

    assert Upcasters.of(module("STEPS")).upcast(present) is present


@given(st.integers(4, 1_000))
def test_a_newer_version_is_refused(version: int) -> None:
    with pytest.raises(EventVersionUnknown, match=r"newest .* is 3\. \[EVENT_VERSION_UNKNOWN\]"):
        Upcasters(EVENTS, STEPS).upcast(event(version))


def test_a_version_older_than_the_upcasters_is_refused() -> None:
    with pytest.raises(EventVersionUnknown, match="Nothing upcasts version 1"):
        Upcasters.of(module("RECENT")).upcast(event(1))


def test_an_unknown_name_is_refused_until_it_is_declared() -> None:
    upcasters = Upcasters()
    with pytest.raises(EventTypeUnknown, match=r"box\.packed\. \[EVENT_TYPE_UNKNOWN\]"):
        upcasters.upcast(event(3))
    upcasters.declare(BoxPacked)

    assert upcasters.upcast(event(3)).schema_version == 3


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ("GAP", r"begin at the versions \[1\]"),
        ("TWICE", r"begin at the versions \[1, 2, 2\]"),
        ("NEWER", r"begin at the versions \[1, 2, 3\]"),
        ("STRANGE", "box.lost, which no module declares"),
    ],
)
def test_steps_that_do_not_fit_refuse_the_start(steps: str, problem: str) -> None:
    with pytest.raises(BadModules, match=problem):
        Upcasters.of(module(steps))
