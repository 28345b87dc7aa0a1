"""Run what continuous integration runs: the static checks, then the tests.

`python -m tools.check static` stops before the tests; `python -m tools.check all` does not. A check
that passes says so in one line, one that fails shows its output; all of them run in any case, the
static ones as many at a time as there are processors.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TYPED = ("src", "tests", "tools", "benchmarks", "examples")
PYTEST = ("--quiet", "--numprocesses=2", "--dist=worksteal")
IMPORT_LINTER = "import sys, importlinter.cli as cli; sys.exit(cli.lint_imports(no_logo=True))"


def main(arguments: Sequence[str]) -> int:
    if arguments not in (["static"], ["all"]):
        print("usage: python -m tools.check static|all", file=sys.stderr)
        return 2
    failed = failing(static_checks())
    if arguments == ["all"]:
        heading("pytest")
        if execute(["-m", "pytest", *PYTEST]).returncode != 0:
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


def failing(checks: Mapping[str, Sequence[str]]) -> list[str]:
    """Run the checks, and return the names of those that fail."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        runs = {name: threads.submit(timed, command) for name, command in checks.items()}
        return [name for name, run in runs.items() if not passes(name, *run.result())]


def timed(command: Sequence[str]) -> tuple[subprocess.CompletedProcess[str], float]:
    began = time.perf_counter()
    finished = execute(command, capture=True)
    return finished, time.perf_counter() - began


def passes(name: str, finished: subprocess.CompletedProcess[str], seconds: float) -> bool:
    heading(name)
    if finished.returncode == 0:
        print(f"ok ({seconds:.1f} s)", flush=True)
        return True
    print(finished.stdout, flush=True)
    return False


def heading(name: str) -> None:
    print(f"== {name}", flush=True)


def execute(command: Sequence[str], *, capture: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(),
        check=False,
        text=True,
        stdout=subprocess.PIPE if capture else None,
        stderr=subprocess.STDOUT if capture else None,
    )


def environment() -> dict[str, str]:
    """Return the caller's, but for bytecode: it is kept, as tests start the program many times.

    Where the caller wants none beside the sources, it lies in the virtual environment.
    """
    found = dict(os.environ)
    if found.pop("PYTHONDONTWRITEBYTECODE", ""):
        found.setdefault("PYTHONPYCACHEPREFIX", str(Path(sys.prefix) / "bytecode"))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
