"""Command line of the house rules: exit code 1 when something breaks one."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from tools.lint_house.rules import RULES
from tools.lint_house.rules.length import FILE_AIM, file_length
from tools.lint_house.source import Source

AREAS = ("src", "tests", "tools", "benchmarks", "examples")


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    sources = list(read(options.root))
    broken = {}
    for rule in RULES:
        for source in sources:
            for finding in sorted(rule.check(source)):
                print(f"{source.path}:{finding.line}: {rule.name}: {finding.message}")
                broken[rule.name] = rule.reason
    for name, reason in broken.items():
        print(f"\n{name}: {reason}")
    if options.verbose:
        print_long_files(sources)
    return 1 if broken else 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.lint_house", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(), help="the project (default: here)")
    parser.add_argument("--verbose", action="store_true", help=f"list files over {FILE_AIM} lines")
    return parser.parse_args(arguments)


def read(root: Path) -> Iterator[Source]:
    for area in AREAS:
        for path in sorted((root / area).rglob("*.py")):
            relative = PurePosixPath(path.relative_to(root))
            if not any(part.startswith(".") or part == "node_modules" for part in relative.parts):
                yield Source(relative, path.read_text(encoding="utf-8"))


def print_long_files(sources: Sequence[Source]) -> None:
    lengths = sorted(((file_length(source), source.path) for source in sources), reverse=True)
    for length, path in lengths:
        if length > FILE_AIM:
            print(f"{length:5} {path}")


if __name__ == "__main__":
    sys.exit(main())
