"""Write what others build against into `contracts/` and `docs/reference/`, where a review sees it.

`--check` writes nothing and fails when a file is not what the code says. The contracts are those
of RusToK itself: a third-party module in the same environment is left out.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path

from rustok.core.events.fact import Fact
from rustok.core.modules.manifest import Module
from rustok.core.modules.registry import GROUP
from rustok.core.permissions import Permission
from tools.reference import pages

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
REFERENCE = ROOT / "docs" / "reference"
DISTRIBUTION = "rustok"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.write_contracts", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    options = parser.parse_args(arguments)
    wanted = dict(contracts(own_modules()))
    differing = [path for path, text in wanted.items() if read(path) != text]
    obsolete = [path for path in CONTRACTS.glob("**/*.json") if path not in wanted]
    for path in sorted([*differing, *obsolete]):
        print(path.relative_to(ROOT))
    if options.check:
        return 1 if differing or obsolete else 0
    for path in obsolete:
        path.unlink()
    for path in differing:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    return 0


def own_modules() -> list[Module]:
    points = (point for point in entry_points(group=GROUP) if point.dist is not None)
    own = (point.load() for point in points if point.dist and point.dist.name == DISTRIBUTION)
    return sorted(own, key=lambda module: module.name)


def contracts(modules: Sequence[Module]) -> Iterator[tuple[Path, str]]:
    yield CONTRACTS / "permissions.md", permissions(modules)
    for module in modules:
        facts: Sequence[type[Fact]] = module.part("events") or ()
        for fact in facts:
            path = CONTRACTS / "events" / f"{fact.name}.v{fact.schema_version}.json"
            yield path, json.dumps(fact.json_schema(), indent=2, ensure_ascii=False) + "\n"
    openapi = printed_by("openapi")
    yield CONTRACTS / "openapi.json", openapi
    yield CONTRACTS / "schema.graphql", printed_by("schema")
    for name, text in pages(modules, json.loads(openapi)):
        yield REFERENCE / name, text


def permissions(modules: Sequence[Module]) -> str:
    lines = ["# Permissions", "", "| Permission | Module | Allows |", "| --- | --- | --- |"]
    for module in modules:
        declared: Sequence[Permission] = module.part("permissions") or ()
        lines += [f"| `{right.key}` | {module.name} | {right.summary} |" for right in declared]
    return "\n".join(lines) + "\n"


def printed_by(command: str) -> str:
    """Return what `rustok <command>` prints for RusToK's own modules."""
    finished = subprocess.run(
        [sys.executable, "-m", "rustok", command, "--own-modules"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return finished.stdout


def read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
