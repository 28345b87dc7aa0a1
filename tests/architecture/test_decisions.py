"""Decision records are complete, listed, and name what enforces them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "docs" / "decisions"
RECORDS = sorted(DECISIONS.glob("[0-9]*.md"))
SECTIONS = ("Context", "Decision", "Consequences", "Enforced by")


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_record_has_the_form_of_the_template(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert text.startswith(f"# {record.name[:4]}: ")
    assert re.search(r"^Status: (accepted|replaced by \d{4})$", text, re.MULTILINE)
    assert re.search(r"^Date: \d{4}-\d{2}-\d{2}$", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == list(SECTIONS)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_record_names_existing_files_that_enforce_it(record: Path) -> None:
    enforced = record.read_text(encoding="utf-8").partition("## Enforced by")[2]
    named = re.findall(r"`([^`\s]+)`", enforced)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_index_lists_every_record_once() -> None:
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (\d{4}) \| \[.+\]\((.+)\)", index, re.MULTILINE)
    assert listed == [(record.name[:4], record.name) for record in RECORDS]
