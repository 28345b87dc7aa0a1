"""What was measured, as a table for people and JSON for machines."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

LATEST = Path(__file__).parent / "results" / "latest.json"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure; `baseline` is of the same unit, `details` are further numbers by name."""

    name: str
    measured: float
    unit: str
    target: float | None = None
    baseline: float | None = None
    details: dict[str, float] = {}

    @property
    def verdict(self) -> str:
        """Whether the target is met; a figure without one is for information."""
        if self.target is None:
            return ""
        return "ok" if self.measured <= self.target else "over"

    @property
    def ratio(self) -> float | None:
        """How many times the baseline it is."""
        return None if not self.baseline else self.measured / self.baseline


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one run, and on what they were measured."""

    measured_at: datetime
    cores: int
    memory_gib: float
    python: str
    load_average: float
    figures: tuple[Figure, ...]


def report(figures: Sequence[Figure]) -> Report:
    """The report of a run that ends now, on this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Report(
        measured_at=datetime.now(UTC),
        cores=os.cpu_count() or 0,
        memory_gib=round(memory / 2**30, 1),
        python=platform.python_version(),
        load_average=os.getloadavg()[0],
        figures=tuple(figures),
    )


def show(found: Report) -> None:
    """Prints the table."""
    table = Table(title=f"{found.cores} cores, {found.memory_gib} GiB, Python {found.python}")
    table.add_column("scenario")
    for heading in ("measured", "unit", "target", "baseline", "ratio", ""):
        table.add_column(heading, justify="left" if heading in {"unit", ""} else "right")
    for figure in found.figures:
        numbers = (figure.target, figure.baseline, figure.ratio)
        table.add_row(
            figure.name,
            _text(figure.measured),
            figure.unit,
            *map(_text, numbers),
            figure.verdict,
        )
    Console(width=110).print(table)


def write(found: Report, path: Path = LATEST) -> None:
    """Writes the report as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")


def _text(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"
