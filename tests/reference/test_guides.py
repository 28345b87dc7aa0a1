"""The code in the guides is code of the project."""

import re
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "rustok-reviews"
BLOCK = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<code>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)
MODULES = (ROOT / "docs" / "modules.md").read_text(encoding="utf-8")
BLOCKS = [(found["language"], found["title"], found["code"]) for found in BLOCK.finditer(MODULES)]


@pytest.mark.parametrize(("language", "title", "code"), BLOCKS)
def test_the_guide_shows_the_example(language: str, title: str | None, code: str) -> None:
    if title is None:
        assert language == "sh"
        return
    source = (EXAMPLE / title).read_text(encoding="utf-8")

    indented = (textwrap.indent(code, " " * depth) for depth in (0, 4))
    assert any(text.strip("\n") in source for text in indented)


def test_the_guide_shows_every_part() -> None:
    shown = {title.rpartition("/")[2] for _, title, _ in BLOCKS if title}

    parts = {path.name for path in (EXAMPLE / "src" / "rustok_reviews").glob("*.py")}
    assert parts - shown <= {"__init__.py", "errors.py", "types.py", "domain.py", "queries.py"}
