"""The time of day comes from the injected clock."""

import ast
from collections.abc import Iterator

from tools.lint_house.source import Finding, Rule, Source, dotted

FORBIDDEN = frozenset(
    {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "date.today",
        "datetime.date.today",
        "time.time",
        "time.time_ns",
    }
)
WALL_CLOCKS = (
    "src/rustok/core/clock.py",
    "src/rustok/telemetry",
    "src/rustok/app/cli",
    "src/rustok/app/cli.py",
)


def check(source: Source) -> Iterator[Finding]:
    if not source.is_product or source.lies_in(*WALL_CLOCKS):
        return
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and (name := dotted(node)) in FORBIDDEN:
            yield Finding(node.lineno, f"{name} reads the machine's clock")
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if f"time.{alias.name}" in FORBIDDEN:
                    yield Finding(node.lineno, f"time.{alias.name} reads the machine's clock")


CLOCK = Rule(
    name="clock",
    reason="What asks the machine for the time cannot be tested at another time. Take a Clock from "
    "the context; measure durations with time.perf_counter or time.monotonic.",
    check=check,
)
