"""SQL is a constant; what varies travels as a parameter."""

import ast
from collections.abc import Iterator

from tools.lint_house.source import Finding, Rule, Source

SINKS = frozenset(
    {
        "Query",
        "Statement",
        "copy_from_query",
        "cursor",
        "execute",
        "executemany",
        "fetch",
        "fetchmany",
        "fetchrow",
        "fetchval",
        "prepare",
        "text",
    }
)
TEXT_PARAMETERS = frozenset({"query", "sql", "statement", "text"})
# The composer itself, and test support that makes and drops databases by generated names.
COMPOSERS = ("src/rustok/core/sql", "src/rustok/testing")


def check(source: Source) -> Iterator[Finding]:
    if not source.is_product or source.is_migration or source.lies_in(*COMPOSERS):
        return
    for scope in (source.tree, *source.functions()):
        composed = {name for name, value in assignments(scope) if is_composed(value)}
        for call in own_nodes(scope):
            if not isinstance(call, ast.Call) or called(call) not in SINKS:
                continue
            if any(is_composed(text) or is_one_of(text, composed) for text in statements(call)):
                yield Finding(call.lineno, f"composed SQL reaches {called(call)}()")


def statements(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args[:1]
    yield from (keyword.value for keyword in call.keywords if keyword.arg in TEXT_PARAMETERS)


def is_composed(node: ast.expr) -> bool:
    """Tell whether a string is put together from anything but literals and CONSTANTS."""
    match node:
        case ast.JoinedStr(values=values):
            holes = (value.value for value in values if isinstance(value, ast.FormattedValue))
            return not all(is_constant(hole) for hole in holes)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            operands = [operand for operand in (left, right) if not is_constant(operand)]
            return any(map(is_text, (left, right))) and bool(operands)
        case ast.Call(func=ast.Attribute(value=owner, attr="format" | "join")):
            return is_text(owner)
    return False


def is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return is_text(node.left) or is_text(node.right)
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.Name | ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        return name.isupper()
    if isinstance(node, ast.BinOp):
        return is_constant(node.left) and is_constant(node.right)
    return isinstance(node, ast.Constant) or (
        isinstance(node, ast.JoinedStr) and not is_composed(node)
    )


def is_one_of(node: ast.expr, names: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def assignments(scope: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for node in own_nodes(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                if not isinstance(value, ast.Constant) or isinstance(value.value, str):
                    yield name, ast.BinOp(ast.Constant(""), ast.Add(), value)


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """Walk a module or function without the functions inside it: they are scopes of their own."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from own_nodes(child)


def called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


SQL = Rule(
    name="sql",
    reason="A statement put together from values is how one tenant reads another. Write it as a "
    "constant with named parameters; filters and sorts of users go through rustok.core.sql.",
    check=check,
)
