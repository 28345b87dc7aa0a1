"""Imports stand at the top of a file."""

import ast
from collections.abc import Iterator
from typing import TypeGuard

from tools.lint_house.source import Finding, Rule, Source

MARK = "# lazy: "


def check(source: Source) -> Iterator[Finding]:
    if not any(is_import(node) and node.col_offset > 0 for node in source.nodes):
        return  # as most files: whatever stands in a function is indented
    seen: set[int] = set()
    for function in source.functions():
        for node in ast.walk(function):
            if not is_import(node) or node.lineno in seen:
                continue
            seen.add(node.lineno)
            if not is_explained(source, node):
                yield Finding(node.lineno, "an import inside a function without its reason")


def is_import(node: ast.AST) -> TypeGuard[ast.Import | ast.ImportFrom]:
    return isinstance(node, ast.Import | ast.ImportFrom)


def is_explained(source: Source, node: ast.stmt) -> bool:
    """Look on the import's lines, and in the block of comments and imports right above it."""
    own = source.lines[node.lineno - 1 : node.end_lineno]
    if any(MARK in line for line in own):
        return True
    for line in reversed(source.lines[: node.lineno - 1]):
        stripped = line.strip()
        if MARK in line:
            return True
        if not stripped.startswith(("#", "import ", "from ")):
            return False
    return False


LAZY_IMPORTS = Rule(
    name="lazy-imports",
    reason="An import inside a function hides a dependency and fails late. Where start-up has to "
    "stay light, say so: `# lazy: why`, beside it or above it.",
    check=check,
)
