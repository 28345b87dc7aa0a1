"""How soon a killed child of `rustok run --workers` is replaced by one that works."""

import asyncio
import os
import signal
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.figures import Figure
from benchmarks.stage import Place
from rustok.app.processes.registry import ProcessRecord, running
from rustok.testing.live import serving

REPEATS = 3
KINDS = ("serve", "relay", "index")
_LOOK_SECONDS = 0.01
_GIVE_UP_SECONDS = 60.0


async def measure(place: Place) -> Figure:
    """The longest of the kinds' medians, in seconds from SIGKILL to the successor's readiness."""
    home = Path(tempfile.mkdtemp(dir=place.home))
    command = ("run", "--no-demo", "--workers", "1")
    medians = {}
    async with serving(None, home, *command, also=place.environment):
        for kind in KINDS:
            seconds = [await _replaced(home, kind) for _ in range(REPEATS)]
            medians[kind] = median(seconds)
    return Figure(
        name="killed child of run --workers to its successor",
        measured=max(medians.values()),
        unit="s",
        target=3.0,
        details={f"{kind}_seconds": seconds for kind, seconds in medians.items()},
    )


async def _replaced(home: Path, kind: str) -> float:
    killed = _child(home, kind)
    assert killed is not None
    began = perf_counter()
    os.kill(killed.pid, signal.SIGKILL)
    async with asyncio.timeout(_GIVE_UP_SECONDS):
        while True:
            found = _child(home, kind)
            if found is not None and found.pid != killed.pid:
                return perf_counter() - began
            await asyncio.sleep(_LOOK_SECONDS)


def _child(home: Path, kind: str) -> ProcessRecord | None:
    found = (one for one in running(home) if one.kind == kind and one.parent is not None)
    return next(found, None)
