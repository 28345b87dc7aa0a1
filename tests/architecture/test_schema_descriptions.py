"""Whoever reads the GraphQL schema is told what everything in it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import DefinitionNode, parse

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path.relative_to(ROOT)
    for folder in ("src", "examples")
    for path in (ROOT / folder).rglob("*.graphql")
    if ".venv" not in path.parts
)
SAMPLE = """
enum Colour { RED }
input Paint { colour: Colour }
type Wall { paint(coats: Int): String }
"""


def undescribed(source: str) -> Iterator[str]:
    """What has no description, by its name; an extension describes only what it adds."""
    for definition in parse(source).definitions:
        name = definition.name.value  # type: ignore[attr-defined]  # all of ours have one
        if not definition.kind.endswith("_extension") and definition.description is None:  # type: ignore[attr-defined]  # as above
            yield name
        yield from _parts(name, definition)


def _parts(name: str, definition: DefinitionNode) -> Iterator[str]:
    fields = getattr(definition, "fields", None) or ()
    for part in (*fields, *(getattr(definition, "values", None) or ())):
        path = f"{name}.{part.name.value}"
        if part.description is None:
            yield path
        for argument in getattr(part, "arguments", None) or ():
            if argument.description is None:
                yield f"{path}({argument.name.value})"


@pytest.mark.parametrize("source", SOURCES, ids=str)
def test_everything_in_a_schema_is_described(source: Path) -> None:
    assert list(undescribed((ROOT / source).read_text(encoding="utf-8"))) == []


def test_what_is_not_described_is_found() -> None:
    assert len(SOURCES) >= 5
    assert list(undescribed(SAMPLE)) == [
        *("Colour", "Colour.RED", "Paint", "Paint.colour"),
        *("Wall", "Wall.paint", "Wall.paint(coats)"),
    ]
