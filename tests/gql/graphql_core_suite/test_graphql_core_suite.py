"""graphql-core's own tests of execution pass with the compiler in the place of its executor."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from xml.etree.ElementTree import parse as parse_xml

import msgspec
import pytest

from tests.gql.graphql_core_suite.selection import EXCLUDED, LEAST, NOT_RUN, OPERATIONS, RUN

HERE = Path(__file__).parent
FOLDER = Path(sys.prefix) / "share" / f"graphql-core-{version('graphql-core')}"
PLUGINS = ("compiled_execution", "anyio.pytest_plugin", "pytest_describe.plugin", "pytest_timeout")
OPTIONS = (
    "--override-ini=python_classes=PyTest*",
    "--override-ini=timeout=100",
)


class Outcome(msgspec.Struct, frozen=True):
    """How many tests ran and failed, how many operations ours executed, and what was printed."""

    tests: int
    failed: int
    operations: int
    output: str


@pytest.fixture(scope="module")
def suite() -> Path:
    """The folder with graphql-core's tests."""
    if not (FOLDER / "tests").is_dir():
        pytest.skip("the tests of graphql-core were not fetched: `make test` does it")
    return FOLDER


@pytest.mark.timeout(300)
def test_graphql_cores_tests_pass(suite: Path, tmp_path: Path) -> None:
    without = [f"--deselect=tests/{name}" for name in EXCLUDED]
    outcome = run(suite, [*(f"tests/{name}" for name in RUN), *without], tmp_path)

    assert outcome.failed == 0, outcome.output
    assert outcome.tests >= LEAST
    assert outcome.operations >= OPERATIONS


def test_what_is_excluded_would_fail(suite: Path, tmp_path: Path) -> None:
    outcome = run(suite, [f"tests/{name}" for name in EXCLUDED], tmp_path)

    assert outcome.tests == outcome.failed == len(EXCLUDED), outcome.output


def test_every_file_about_execution_is_run_or_has_its_reason(suite: Path) -> None:
    tests = suite / "tests"
    files = [str(path.relative_to(tests)) for path in tests.glob("execution/**/test_*.py")]

    assert [name for name in files if name not in RUN and not name.startswith((*NOT_RUN,))] == []


def run(suite: Path, arguments: Sequence[str], scratch: Path) -> Outcome:
    """Run tests in a process of their own, because they have a package `tests` as well."""
    report = scratch / "report.xml"
    plugins = [word for plugin in PLUGINS for word in ("-p", plugin)]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": str(HERE),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugins, *OPTIONS]
    finished = subprocess.run(
        [*command, f"--rootdir={suite}", "-c", os.devnull, f"--junitxml={report}", *arguments],
        cwd=suite,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    output = finished.stdout + finished.stderr
    assert report.is_file(), output
    result = parse_xml(report).getroot()[0]
    failed = int(result.get("failures", 0)) + int(result.get("errors", 0))
    executed = re.search(r"^executed (\d+) operations$", output, re.MULTILINE)
    assert executed is not None, output
    return Outcome(int(result.get("tests", 0)), failed, int(executed[1]), output)
