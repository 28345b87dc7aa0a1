"""What a scenario found and measured, as it is printed and kept."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tools.crash.judge import VERDICTS, Finding


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A number; `most` is what it may be at the highest, `least` at the lowest."""

    name: str
    value: float
    unit: str = ""
    most: float | None = None
    least: float | None = None

    @property
    def missed(self) -> bool:
        """Whether it is beyond what it may be."""
        over = self.most is not None and self.value > self.most
        return over or (self.least is not None and self.value < self.least)

    def __str__(self) -> str:
        """One line for people."""
        limits = f" (at most {self.most:g})" if self.most is not None else ""
        limits += f" (at least {self.least:g})" if self.least is not None else ""
        return f"{self.name}: {self.value:g} {self.unit}{limits}{'  MISSED' if self.missed else ''}"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario's outcome."""

    scenario: str
    seed: int
    seconds: float
    measures: tuple[Measure, ...]
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        """Whether there is any verdict, or a number beyond what it may be."""
        return bool(self.findings) or any(measure.missed for measure in self.measures)

    def __str__(self) -> str:
        """A few lines for people."""
        counts = Counter(finding.verdict for finding in self.findings)
        verdicts = "  ".join(f"{name} {counts[name]}" for name in VERDICTS)
        head = f"{self.scenario}, seed {self.seed}, {self.seconds:.0f} s:  {verdicts}"
        lines = [f"  {measure}" for measure in self.measures]
        lines += [f"  {finding}" for finding in self.findings]
        return "\n".join([head, *lines])


def save(path: Path, reports: Sequence[Report]) -> None:
    """Writes reports as JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(list(reports)), indent=2) + b"\n")
