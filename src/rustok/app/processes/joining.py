"""A process among the others of its home: it says that it runs, and watches its siblings."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from rustok.app.processes.places import ChildKind, Place
from rustok.app.processes.registry import ProcessRecord, registered, running
from rustok.core.clock import SystemClock
from rustok.core.health import Degraded, HealthChecks, Probe
from rustok.core.host import Host
from rustok.core.metrics import ProcessMetrics, Sample

LATELY: Final = timedelta(seconds=60)
RELAYS: Final = 1


@contextmanager
def joined(
    host: Host, home: Path, kind: ChildKind, address: str | None, place: Place | None
) -> Iterator[None]:
    """Registers the process, and tells its parent that it works; raises HomeUnwritable."""
    record = ProcessRecord(
        kind=kind,
        pid=os.getpid(),
        started_at=SystemClock().now(),
        address=address,
        parent=None if place is None else place.parent,
        restarts=0 if place is None else place.restarts,
    )
    if place is not None:
        host.get(HealthChecks).add("processes", _siblings(home, place))
        host.get(ProcessMetrics).gauge(
            "rustok_process_restarts",
            "How often the processes of a kind were started again by their parent.",
            _restarts(home, place),
            labels=("kind",),
        )
    with registered(home, record):
        if place is not None:
            place.say_ready()
        yield


def _of(home: Path, place: Place) -> list[ProcessRecord]:
    return [record for record in running(home) if record.parent == place.parent]


def _restarts(home: Path, place: Place) -> Callable[[], Iterator[Sample]]:
    def read() -> Iterator[Sample]:
        found = _of(home, place)
        for kind in ("serve", "relay", "index"):
            yield (kind,), float(sum(one.restarts for one in found if one.kind == kind))

    return read


def _siblings(home: Path, place: Place) -> Probe:
    async def processes() -> None:
        found, now = _of(home, place), SystemClock().now()
        wanted = {"serve": place.children, "relay": RELAYS, "index": place.children}
        words = []
        for kind, count in wanted.items():
            alive = [one for one in found if one.kind == kind]
            lately = [one for one in alive if one.restarts and now - one.started_at < LATELY]
            if len(alive) < count:
                words.append(f"{len(alive)} of {count} {kind} processes run")
            elif lately:
                words.append(f"{len(lately)} {kind} processes were started again lately")
        if words:
            raise Degraded("; ".join(words))

    return processes
