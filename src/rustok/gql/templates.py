"""Finds the texts in source files that are GraphQL, and keeps them at their lines."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

TAGS: Final = frozenset({"gql", "graphql"})
_SCRIPT = re.compile(
    r"""
      //[^\n]* | '(?:[^'\\\n]|\\.)*' | "(?:[^"\\\n]|\\.)*"
    | (?: \b(?:gql|graphql)\b (?: \s*<[^<>`;{}]*> )? \s* (?: \(\s* (?: /\*[^*]*\*/\s* )? )?
        | /\*\s*GraphQL\s*\*/\s* )
      `(?P<text>(?:[^`\\]|\\.)*)`
    | /\*.*?\*/
    """,
    re.VERBOSE | re.DOTALL,
)
_HOLE = re.compile(r"\$\{[^{}`]*\}")
_HOLE_BEGINS = re.compile(r"\$\{")


class TemplateError(Exception):
    """A source cannot be read, or a text in it is not complete before the program runs."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


def templates(name: str, text: str) -> Iterator[str]:
    """Every GraphQL text of a file, after as many empty lines as stand before it there.

    What is put into a text between its definitions is left out: fragments are found by their
    names. Raises TemplateError where something is put into a definition.
    """
    match PurePath(name).suffix:
        case ".graphql" | ".gql":
            yield text
        case ".py":
            yield from _of_python(text)
        case _:
            yield from _of_script(text)


def _of_script(text: str) -> Iterator[str]:
    for found in _SCRIPT.finditer(text):
        body = found["text"]
        if body is None:
            continue
        start = found.start("text")
        line = text.count("\n", 0, start)
        yield "\n" * line + _without_holes(body, line + 1).replace("\\`", "`")


def _without_holes(body: str, line: int) -> str:
    kept = ""
    end = 0
    for hole in _HOLE.finditer(body):
        kept += body[end : hole.start()]
        if kept.count("{") > kept.count("}"):
            raise _inside(body, hole.start(), line)
        kept += "\n" * hole[0].count("\n")
        end = hole.end()
    left = _HOLE_BEGINS.search(body, end)
    if left:
        raise _inside(body, left.start(), line)
    return kept + body[end:]


def _inside(body: str, place: int, line: int) -> TemplateError:
    message = "Nothing can be put into an operation or a fragment: use variables and fragments."
    return TemplateError(line + body.count("\n", 0, place), message)


def _of_python(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise TemplateError(error.lineno or 1, f"This is not Python: {error.msg}.") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) in TAGS and node.args:
            match node.args[0]:
                case ast.Constant(value=str(body)) as given:
                    yield "\n" * (given.lineno - 1) + body
                case ast.JoinedStr() as given:
                    raise _inside("", 0, given.lineno)


def _called(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
