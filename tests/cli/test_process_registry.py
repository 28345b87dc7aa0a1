"""The list of a home's processes: whoever lives is in it, however often somebody else looks."""

import multiprocessing
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from rustok.app.processes.registry import FOLDER, Kind, ProcessRecord, registered, running

TIMES = 2_000
SPAWN = multiprocessing.get_context("spawn")


def look_on(home: Path, looking: Event, enough: Event) -> None:
    """Asks who runs again and again, as doctor and tests do."""
    while not enough.is_set():
        running(home)
        looking.set()


@pytest.fixture
def onlooker(home: Path) -> Iterator[None]:
    """Another process, which looks all the time."""
    looking, enough = SPAWN.Event(), SPAWN.Event()
    process = SPAWN.Process(target=look_on, args=(home, looking, enough))
    process.start()
    try:
        assert looking.wait(30)
        yield
    finally:
        enough.set()
        process.join(30)
        process.close()


def record(kind: Kind = "run", pid: int | None = None) -> ProcessRecord:
    """A record of this process."""
    started_at = datetime(2026, 1, 2, tzinfo=UTC)
    return ProcessRecord(kind=kind, pid=pid or os.getpid(), started_at=started_at)


@pytest.mark.usefixtures("onlooker")
def test_a_process_that_begins_while_somebody_looks_is_not_forgotten(home: Path) -> None:
    for _ in range(TIMES):
        with registered(home, record()):
            assert running(home) == [record()]
    assert running(home) == []


def test_one_that_was_killed_is_forgotten_although_its_pid_is_anothers_now(home: Path) -> None:
    with registered(home, record()):
        (alive,) = (home / FOLDER).iterdir()
        killed = alive.with_name(f"run-{os.getpid()}-killed.json")
        killed.write_bytes(alive.read_bytes())
        assert running(home) == [record()]
        assert not killed.exists()
    assert list((home / FOLDER).iterdir()) == []


def test_the_list_is_by_kind_and_pid(home: Path) -> None:
    given = [record("serve", 12), record("relay", 100), record("serve", 9)]
    with (
        registered(home, given[0]),
        registered(home, given[1]),
        registered(home, given[2]),
    ):
        assert running(home) == [given[1], given[2], given[0]]
