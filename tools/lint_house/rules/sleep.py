"""Tests wait for what they wait for."""

import ast
from collections.abc import Iterator

from tools.lint_house.source import Finding, Rule, Source, dotted


def check(source: Source) -> Iterator[Finding]:
    if source.area != "tests":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and is_sleep(node) and not yields_only(node):
            yield Finding(node.lineno, "a sleep in a test")


def is_sleep(call: ast.Call) -> bool:
    name = dotted(call.func)
    return name.rpartition(".")[2] == "sleep" or name.endswith("wait_for_timeout")


def yields_only(call: ast.Call) -> bool:
    """Tell whether this is `asyncio.sleep(0)`, which lets other tasks run and waits for nothing."""
    match call.args:
        case [ast.Constant(value=0)]:
            return dotted(call.func) in {"asyncio.sleep", "anyio.sleep"}
    return False


SLEEP = Rule(
    name="sleep",
    reason="A sleep is too short on a busy machine and too long on every other. Wait for the event "
    "or the condition, with a limit: `async with app.settle()`, `asyncio.timeout`, `expect(...)`.",
    check=check,
)
