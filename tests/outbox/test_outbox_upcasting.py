"""Old events reach handlers as the present version; what is not understood is told, never lost."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rustok.core.context import Context
from rustok.core.db import WriteSession
from rustok.core.events import Event, Fact
from rustok.core.events.subscription import RetryPolicy
from rustok.core.events.upcasting import (
    EventTypeUnknown,
    EventVersionUnknown,
    Upcaster,
    Upcasters,
)
from rustok.core.host import Host
from rustok.core.modules import Module
from rustok.core.modules.registry import BadModules, Modules
from rustok.outbox import workers
from rustok.outbox.dead_letters import DeadLetters
from tests.outbox.probe import Recorder, applied, run, versions


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
    boxes = Module(
        name="boxes",
        version="1",
        summary="",
        events=f"{__name__}:EVENTS",
        upcasters=f"{__name__}:{steps}",
    )
    return Modules([boxes])


@pytest.mark.parametrize(("version", "steps"), [(1, [1, 2]), (2, [2])])
def test_each_step_is_taken_once_in_order_and_the_envelope_stays(
    version: int, steps: list[int]
) -> None:
    old = event(version)
    new = Upcasters.of(module("STEPS")).upcast(old)

    assert msgspec.json.decode(new.payload, type=BoxPacked).steps == tuple(steps)
    assert msgspec.structs.replace(new, payload=old.payload, schema_version=version) == old
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


INSERT = """
    INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, aggregate_id,
                            aggregate_version, payload, occurred_at, correlation_id)
    VALUES ($1, $2, $3, $4, 'box', $5, $6, '{"steps":[]}', now(), 'req-1')
"""


async def record(
    owner: asyncpg.Connection, ctx: Context, box: UUID, *versions: int, name: str = "box.packed"
) -> None:
    """As earlier and later releases left them."""
    for number, version in enumerate(versions, start=1):
        await owner.execute(INSERT, ctx.tenant.id, uuid4(), name, version, box, number)


def understanding(host: Host, upcasters: Upcasters) -> None:
    """What the modules of this process declare from now on."""
    host.provide(Upcasters, upcasters)


async def test_a_handler_sees_the_present_version_alone(
    host: Host, ctx: Context, owner: asyncpg.Connection
) -> None:
    seen: list[tuple[int, tuple[int, ...]]] = []

    async def look(_session: WriteSession, found: Event) -> None:
        steps = msgspec.json.decode(found.payload, type=BoxPacked).steps
        seen.append((found.schema_version, steps))

    understanding(host, Upcasters(EVENTS, STEPS))
    await record(owner, ctx, uuid4(), 1, 2, 3)
    await run(host, workers.runner(host, Recorder(events=("box.packed",), disturb=look)))

    assert seen == [(3, (1, 2)), (3, (2,)), (3, ())]
    stored = await owner.fetch("SELECT schema_version FROM sys_events WHERE name = 'box.packed'")
    assert {row["schema_version"] for row in stored} == {1, 2, 3}, "the log stays as it was"


@pytest.mark.parametrize(
    ("name", "version", "code"),
    [
        ("box.packed", 4, "EVENT_VERSION_UNKNOWN"),
        ("box.packed", 2, "EVENT_VERSION_UNKNOWN"),
        ("box.lost", 1, "EVENT_TYPE_UNKNOWN"),
    ],
)
async def test_what_is_not_understood_is_dead_with_its_reason_until_it_is(
    host: Host, ctx: Context, owner: asyncpg.Connection, name: str, version: int, code: str
) -> None:
    class BoxLost(Fact, frozen=True):
        name = "box.lost"
        aggregate = "box"

    class BoxPackedAnew(Fact, frozen=True):
        name = "box.packed"
        schema_version = 4
        aggregate = "box"

    understanding(host, Upcasters((*EVENTS, *declared(host))))
    box = uuid4()
    await record(owner, ctx, box, version, name=name)
    await record(owner, ctx, uuid4(), 3)
    recorder = Recorder(events=None, retry=RetryPolicy(attempts=1))
    await run(host, workers.runner(host, recorder))
    assert len(await applied(owner)) == 2, "the tenant's own, and the other box's"
    (letter,) = await host.get(DeadLetters).list()
    assert (letter.event_name, letter.aggregate_id) == (name, box)
    assert letter.reason.endswith(f"[{code}]")

    # the module is installed again, or its newer version is
    steps = (*STEPS, Upcaster("box.packed", 3, lambda payload: payload))
    understanding(host, Upcasters((BoxLost, BoxPackedAnew, *declared(host)), steps))
    await host.get(DeadLetters).retry(letter.id)
    await run(host, workers.runner(host, recorder))
    assert await versions(owner, box) == [1]
    assert await host.get(DeadLetters).list() == []


def declared(host: Host) -> list[type[Fact]]:
    return [fact for one in host.modules for fact in one.part("events") or ()]
