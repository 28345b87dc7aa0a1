"""`python -m tools.crash [SCENARIO ...] [--seed N] [--minutes M]`: tries to break the platform."""

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rustok.telemetry.logs import configure
from tools.crash.report import Report, save
from tools.crash.scenarios import SCENARIOS
from tools.crash.trial import Trial, run


def main(arguments: Sequence[str]) -> int:
    """Runs scenarios; 0 where none found anything, 1 otherwise."""
    given = _parser().parse_args(arguments)
    names = given.scenarios or list(SCENARIOS)
    unknown = [name for name in names if name not in SCENARIOS]
    if unknown:
        print(f"no scenario: {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
        return 2
    configure(level="WARNING", style="console")
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}", flush=True)
    full = sum(SCENARIOS[name].minutes for name in names)
    scale = 1.0 if given.minutes is None else given.minutes / full
    folder = Path(tempfile.mkdtemp(prefix="rustok-crash-"))
    folder.chmod(0o755)
    trial = Trial(
        seed=seed, scale=scale, folder=folder, rate=given.rate, tell=_tell if given.verbose else _no
    )
    try:
        reports = asyncio.run(_run_all(names, trial))  # uvloop starts no process as another user
    except KeyboardInterrupt:
        print(f"interrupted; ledgers and logs are in {folder}")
        return 130
    if given.json is not None:
        save(given.json, reports)
    failed = any(report.failed for report in reports)
    if failed or given.keep:
        print(f"ledgers and logs are in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.crash", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--seed", type=int, help="repeats the faults of a run")
    parser.add_argument("--minutes", type=float, help="for all of them together")
    parser.add_argument("--rate", type=float, default=60.0, help="writes a second")
    parser.add_argument("--json", type=Path, help="also write the outcome to a file")
    parser.add_argument("--verbose", action="store_true", help="tell each fault as it happens")
    parser.add_argument("--keep", action="store_true", help="keep ledgers and logs in any case")
    return parser


async def _run_all(names: Sequence[str], trial: Trial) -> list[Report]:
    reports = []
    for name in names:
        print(f"== {name}: {SCENARIOS[name].summary}", flush=True)
        report = await run(SCENARIOS[name], trial)
        print(report, flush=True)
        reports.append(report)
    return reports


def _tell(text: str) -> None:
    print(text, flush=True)


def _no(_text: str) -> None:
    return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
