"""What a rule sees of a file, and what it answers."""

import ast
import io
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

Check = Callable[["Source"], Iterable["Finding"]]
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file of the project; `path` is relative to the root."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree: several rules look at all of them."""
        return list(ast.walk(self.tree))

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """Every comment with the number of its line."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return [
            (token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT
        ]

    @property
    def area(self) -> str:
        """`src`, `tests`, `tools` or `benchmarks`; an example counts by its own folders."""
        parts = self.path.parts
        return parts[2] if parts[0] == "examples" and len(parts) > 3 else parts[0]

    @property
    def is_product(self) -> bool:
        return self.area == "src"

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.path.parts

    def lies_in(self, *places: str) -> bool:
        """Tell whether the file is one of the places, or below one; written from the root."""
        return any(self.path.is_relative_to(place) for place in places)

    def functions(self) -> Iterator[FunctionNode]:
        return (node for node in self.nodes if isinstance(node, FunctionNode))


@dataclass(frozen=True, order=True)
class Finding:
    """One place that breaks a rule."""

    line: int
    message: str


@dataclass(frozen=True)
class Rule:
    """A check, with the name it is reported under and the reason it exists."""

    name: str
    reason: str
    check: Check


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a chain of names, and `` for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := dotted(node.value)):
        return f"{base}.{node.attr}"
    return ""
