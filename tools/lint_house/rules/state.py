"""Modules hold no state that changes."""

import ast
from collections.abc import Iterator

from tools.lint_house.source import Finding, Rule, Source, dotted

CONTAINERS = frozenset(
    {
        "Counter",
        "OrderedDict",
        "WeakKeyDictionary",
        "WeakSet",
        "WeakValueDictionary",
        "bytearray",
        "defaultdict",
        "deque",
        "dict",
        "list",
        "set",
    }
)


def check(source: Source) -> Iterator[Finding]:
    if not source.is_product or source.is_migration:
        return
    for node in source.nodes:
        if isinstance(node, ast.Global):
            yield Finding(node.lineno, f"global {', '.join(node.names)}")
    for name, value in module_assignments(source.tree):
        is_special = name.startswith("__") and name.endswith("__")
        if is_mutable(value) and not is_special and (not name.isupper() or is_empty(value)):
            yield Finding(value.lineno, f"{name} is a container that every caller shares")


def module_assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((name.id, value) for name in targets if isinstance(name, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def is_mutable(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return dotted(value.func).rpartition(".")[2] in CONTAINERS
    return isinstance(value, ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp)


def is_empty(value: ast.expr) -> bool:
    match value:
        case ast.Call(func=function, args=items):
            return not items or dotted(function).rpartition(".")[2] == "defaultdict"
        case ast.Dict(keys=keys):
            return not keys
        case ast.List(elts=items):
            return not items
    return False


STATE = Rule(
    name="state",
    reason="State of a module is shared by every tenant, test and worker of the process, and "
    "nobody owns its end. Give it to an object that bootstrap builds; write tables as CONSTANTS.",
    check=check,
)
