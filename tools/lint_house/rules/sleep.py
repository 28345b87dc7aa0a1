"""Tests wait for what they wait for."""

import ast
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from tools.lint_house.source import Finding, Rule, Source, dotted

LONGEST_PAUSE = 0.1


def check(source: Source) -> Iterator[Finding]:
    if source.area != "tests":
        return
    polls = set(polling_sleeps(source.nodes))
    for node in source.nodes:
        if is_sleep(node) and not yields_only(node) and node not in polls:
            yield Finding(node.lineno, "a sleep in a test")


def polling_sleeps(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Short pauses between two looks at a condition: `while not ready(): ... sleep(0.01)`."""
    for loop in nodes:
        if isinstance(loop, ast.While) and not isinstance(loop.test, ast.Constant):
            yield from (node for node in ast.walk(loop) if is_sleep(node) and is_short(node))


def is_sleep(node: ast.AST) -> TypeGuard[ast.Call]:
    if not isinstance(node, ast.Call):
        return False
    name = dotted(node.func)
    return name.rpartition(".")[2] == "sleep" or name.endswith("wait_for_timeout")


def is_short(call: ast.Call) -> bool:
    match call.args:
        case [ast.Constant(value=int() | float() as seconds)]:
            return seconds <= LONGEST_PAUSE
    return False


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
