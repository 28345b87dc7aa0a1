"""Run what continuous integration runs: the static checks, then the tests.

`python -m tools.check static` stops before the tests; `python -m tools.check all` does not. A check
that passes says so in one line, one that fails shows its output; all of them run in any case.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TYPED = ("src", "tests", "tools", "benchmarks", "examples")
IMPORT_LINTER = "import sys, importlinter.cli as cli; sys.exit(cli.lint_imports(no_logo=True))"


def main(arguments: Sequence[str]) -> int:
    if arguments not in (["static"], ["all"]):
        print("usage: python -m tools.check static|all", file=sys.stderr)
        return 2
    failed = [name for name, command in static_checks().items() if not passes(name, command)]
    if arguments == ["all"]:
        heading("pytest")
        if execute(["-m", "pytest", "--quiet", "--numprocesses=2"]).returncode != 0:
            failed.append("pytest")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def static_checks() -> dict[str, list[str]]:
    """Return the arguments for Python by the name of the check they run."""
    typed = [folder for folder in TYPED if any((ROOT / folder).rglob("*.py"))]
    return {
        "ruff check": ["-m", "ruff", "check", "."],
        "ruff format": ["-m", "ruff", "format", "--check", "."],
        "mypy": ["-m", "mypy", *typed],
        "import-linter": ["-c", IMPORT_LINTER],
        "house rules": ["-m", "tools.lint_house"],
        "contracts": ["-m", "tools.write_contracts", "--check"],
    }


def passes(name: str, command: Sequence[str]) -> bool:
    heading(name)
    began = time.perf_counter()
    finished = execute(command, capture=True)
    if finished.returncode == 0:
        print(f"ok ({time.perf_counter() - began:.1f} s)", flush=True)
        return True
    print(finished.stdout, flush=True)
    return False


def heading(name: str) -> None:
    print(f"== {name}", flush=True)


def execute(command: Sequence[str], *, capture: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        check=False,
        text=True,
        stdout=subprocess.PIPE if capture else None,
        stderr=subprocess.STDOUT if capture else None,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
