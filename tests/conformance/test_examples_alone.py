"""Whoever copies an example can run its tests: all of them, one package, or from its own folder."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("folder", "arguments"),
    [
        (".", ["examples"]),
        (".", ["examples/rustok-reviews/tests"]),
        ("examples/rustok-reviews", []),
    ],
)
def test_an_examples_tests_are_found(folder: str, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", *arguments]
    done = subprocess.run(
        command, cwd=ROOT / folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tests/test_reviews_conformance.py::" in done.stdout
