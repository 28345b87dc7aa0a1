"""A scenario and the surroundings it is run in."""

import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from rustok.index.service import rebuilds
from tools.crash import evidence, ledger
from tools.crash.judge import Finding, Judge
from tools.crash.ledger import Ledger
from tools.crash.load import Load
from tools.crash.module.subscribers import WITNESS
from tools.crash.report import Measure, Report
from tools.crash.world import Shape, World, opened


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What a scenario is told: `scale` is 1 for the full form, and less for a shorter one."""

    seed: int
    scale: float
    folder: Path
    rate: float = 60.0
    tell: Callable[[str], None] = print

    def count(self, full: int, *, least: int = 1) -> int:
        """So many of the full form's, at least a few."""
        return max(least, round(full * self.scale))

    def seconds(self, full: float, *, least: float = 0.0) -> float:
        """So much of the full form's time."""
        return max(least, full * self.scale)


Outcome = tuple[Sequence[Measure], Sequence[Finding]]
Run = Callable[[Trial], Awaitable[Outcome]]


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A way to break the platform; `minutes` is how long the full form takes."""

    name: str
    summary: str
    minutes: float
    run: Run


async def run(scenario: Scenario, trial: Trial) -> Report:
    """Runs it and says what came of it."""
    began = time.monotonic()
    measures, findings = await scenario.run(trial)
    return Report(
        scenario=scenario.name,
        seed=trial.seed,
        seconds=time.monotonic() - began,
        measures=tuple(measures),
        findings=tuple(findings),
    )


@asynccontextmanager
async def world_of(trial: Trial, shape: Shape) -> AsyncIterator[World]:
    """A world for the block; where it ends by an error, what its processes said is shown."""
    folder = Path(tempfile.mkdtemp(dir=trial.folder))
    async with opened(folder, shape, trial.seed) as world:
        try:
            yield world
        except BaseException:
            for name, text in world.said().items():
                sys.stderr.write(f"--- {name}\n{text[-3000:]}\n")
            raise


@asynccontextmanager
async def under_load(trial: Trial, world: World, run_name: str) -> AsyncIterator[Load]:
    """Writes at the trial's rate for the block."""
    book = Ledger(world.folder / "ledger.jsonl")
    load = Load(
        run_name, world.entrances, list(world.tenants), book, seed=trial.seed, rate=trial.rate
    )
    load.start()
    try:
        yield load
    finally:
        await load.stop()
        book.close()


@asynccontextmanager
async def judge_of(world: World) -> AsyncIterator[Judge]:
    """The judge of a world whose PostgreSQL answers."""
    await world.postgres.ready()
    owner = await world.owner()
    try:
        async with world.host() as host:
            every = rebuilds(host)

            async def rebuild(kind: str) -> None:
                await every[kind].run()

            yield Judge(owner, world.tenants, rebuild)
    finally:
        await owner.close()


async def judged(world: World, run_name: str) -> tuple[list[Measure], list[Finding]]:
    """The verdicts on a world whose faults are over, and what its ledger counts."""
    entries = ledger.read(world.folder / "ledger.jsonl")
    known = ledger.operations(entries)
    async with judge_of(world) as judge:
        findings = await judge.judge(entries, run_name)
    measures = [
        Measure(name="operations", value=len(known)),
        Measure(name="acknowledged", value=sum(op.outcome == "done" for op in known)),
        Measure(name="without an answer", value=sum(op.outcome == "unknown" for op in known)),
        Measure(name="settled in", value=round(judge.settled_seconds or 0, 1), unit="s", most=60),
    ]
    return measures, findings


class Lags:
    """How long events waited, in seconds, from the change to a consumer's effect."""

    def __init__(self, seconds: Sequence[float]) -> None:
        self._seconds = sorted(seconds)

    def __len__(self) -> int:
        return len(self._seconds)

    def at(self, share: float) -> float:
        """That of the event which such a share of them is before; 0 without any."""
        if not self._seconds:
            return 0.0
        place = min(len(self._seconds) - 1, int(share * len(self._seconds)))
        return round(self._seconds[place], 3)


async def lags(world: World, since: datetime, until: datetime, consumer: str = WITNESS) -> Lags:
    """The lags of what happened in a time; an event without an effect has waited until now."""
    owner = await world.owner()
    try:
        return Lags([row[0] for row in await owner.fetch(evidence.LAGS, consumer, since, until)])
    finally:
        await owner.close()
