"""Names say what a thing is for."""

import ast
import re
from collections.abc import Iterator

from tools.lint_house.source import Finding, Rule, Source

EMPTY_WORDS = frozenset(
    {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


def check(source: Source) -> Iterator[Finding]:
    for part in (*source.path.parent.parts, source.path.stem):
        if says_nothing(part):
            yield Finding(1, f"the name {part!r} says nothing")
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and says_nothing(node.name):
            yield Finding(node.lineno, f"the name {node.name!r} says nothing")


def says_nothing(name: str) -> bool:
    return any(word.lower() in EMPTY_WORDS for word in WORD.findall(name))


NAMES = Rule(
    name="names",
    reason="A file called after nothing in particular collects everything. Name it after what is "
    "in it; if that is hard, it is more than one thing.",
    check=check,
)
