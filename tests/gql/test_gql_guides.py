"""The programs in the guides about GraphQL run as they stand there, and their table is true."""

import re
from pathlib import Path

import msgspec

from rustok.app.processes.offline import own_modules
from rustok.app.web.graphql import parts
from rustok.gql import ANONYMOUS, STAFF, Caller, Engine, Limits, Operation, compose

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(\w+)` \| (\d+) \| (\d+) \|", re.MULTILINE)


def blocks(guide: str, language: str) -> str:
    """All blocks of a language, as one text."""
    text = (DOCS / guide).read_text(encoding="utf-8")
    return "\n".join(code for found, code in BLOCK.findall(text) if found == language)


def run(program: str, **given: object) -> None:
    exec(compile(program, "guide", "exec"), {"__name__": "guide", **given})


def test_the_part_of_a_schema_composes_and_its_report_is_the_one_shown() -> None:
    run(blocks("graphql-schema.md", "python"), SCHEMA=blocks("graphql-schema.md", "graphql"))


def test_the_loader_loads_in_one_batch() -> None:
    run(blocks("graphql-loaders.md", "python"))


def test_the_table_of_limits_is_that_of_the_code() -> None:
    text = (DOCS / "graphql-limits.md").read_text(encoding="utf-8")
    rows = {name: (float(others), float(staff)) for name, others, staff in ROW.findall(text)}
    names = [field.name for field in msgspec.structs.fields(Limits)]
    assert rows == {name: (getattr(ANONYMOUS, name), getattr(STAFF, name)) for name in names}


def test_the_cost_of_the_example_is_the_one_told() -> None:
    engine = Engine(compose(parts(own_modules())), on_error=lambda _error, _path: None)
    query = "{ products(first: 100) { nodes { id category { id } } } }"
    granted = engine.grant(Operation(query=query), Caller())
    assert getattr(granted, "cost", None) == 201
