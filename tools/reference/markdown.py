"""Markdown tables and texts."""

import inspect
from collections.abc import Iterable, Sequence

GENERATED = "<!-- Written by `make contracts` from the code: change it there. -->"


def document(title: str, *parts: str) -> str:
    """A page."""
    return "\n\n".join([GENERATED, f"# {title}", *parts]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a cell is one line, and a bar in it stays a bar."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def summary(thing: object) -> str:
    """The first paragraph of a docstring."""
    return (inspect.getdoc(thing) or "").split("\n\n")[0]
