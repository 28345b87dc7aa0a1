"""Files and functions hold one thought."""

import ast
from collections.abc import Iterator

from tools.lint_house.source import Finding, FunctionNode, Rule, Source

FILE_LIMIT = 400
FILE_AIM = 150
FUNCTION_LIMIT = 60
TABLE_FLOOR = 10
DRAWINGS = "tools/demo_art"
"""A picture is a list of strokes, whatever way it is written down."""


def check(source: Source) -> Iterator[Finding]:
    if source.lies_in(DRAWINGS):
        return
    length = file_length(source)
    if length > FILE_LIMIT:
        yield Finding(1, f"{length} lines, the limit is {FILE_LIMIT}")
    for function in source.functions():
        if span(function) <= FUNCTION_LIMIT:
            continue
        length = function_length(function)
        if length > FUNCTION_LIMIT:
            message = f"{function.name} has {length} lines, the limit is {FUNCTION_LIMIT}"
            yield Finding(function.lineno, message)


def file_length(source: Source) -> int:
    """Count the lines without tables of data: those are long because there is much of it."""
    return len(source.lines) - sum(map(table_lines, source.tree.body))


def function_length(function: FunctionNode) -> int:
    """Count the lines from `def` on, without the docstring and without tables of data."""
    lines = span(function)
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        lines -= span(first)
    return lines - sum(map(table_lines, ast.walk(function)))


def table_lines(node: ast.AST) -> int:
    """Count the lines of a statement that only writes down a longer list, mapping or text."""
    if not isinstance(node, ast.Assign | ast.AnnAssign | ast.Return) or node.value is None:
        return 0
    is_table = isinstance(node.value, ast.Dict | ast.List | ast.Set | ast.Tuple | ast.Constant)
    return span(node.value) if is_table and span(node.value) > TABLE_FLOOR else 0


def span(node: ast.stmt | ast.expr) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


LENGTH = Rule(
    name="length",
    reason="What does not fit on a screen is read by nobody. Look for the seam: a second use case, "
    "a rule without I/O, a step that has a name.",
    check=check,
)
