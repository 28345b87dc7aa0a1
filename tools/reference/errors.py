"""`errors.md`: every stable code, of whole answers and of single fields."""

import ast
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import rustok
from rustok.core.errors import RustokError
from rustok.gql import errors as graphql_errors
from tools.reference.markdown import document, summary, table

INTRODUCTION = """\
An error has a stable code. REST answers with problem details (RFC 9457) that carry it as `code`,
GraphQL as `extensions.code` of an entry of `errors`. What the caller of a mutation can mend comes
as `userErrors` of its payload instead."""
FIELDS = """\
An answer with one of the codes above may list what is wrong with parts of the input: REST in
`errors` with a JSON pointer, GraphQL in `userErrors` with the path in `field`."""
GRAPHQL = "Codes that the GraphQL endpoint gives besides those above."

WITHOUT = ("rustok.testing", "rustok.app.cli", "rustok.__main__")
"""Packages that are not imported: what they raise is no answer of the server."""
MAKERS = frozenset({"invalid", "FieldError", "_error", "error", "add"})
"""Functions that make an error of one field; its code is an argument."""


def page() -> str:
    kinds = sorted(error_classes(), key=lambda kind: (kind.status, kind.code))
    rows = [(f"`{kind.code}`", str(kind.status), kind.title, summary(kind)) for kind in kinds]
    known = {kind.code for kind in kinds}
    graphql = [(f"`{code}`",) for code in sorted(graphql_codes() - known)]
    fields = [
        (f"`{code}`", ", ".join(f"`{module}`" for module in sorted(modules)))
        for code, modules in sorted(field_codes().items())
    ]
    return document(
        "Errors",
        INTRODUCTION,
        table(["Code", "Status", "Title", "Meaning"], rows),
        "## GraphQL",
        GRAPHQL,
        table(["Code"], graphql),
        "## Fields",
        FIELDS,
        table(["Code", "From"], fields),
    )


def error_classes() -> list[type[RustokError]]:
    """Every class of the error tree in RusToK itself, one for each code."""
    for module in pkgutil.walk_packages(rustok.__path__, "rustok.", onerror=lambda _: None):
        if not module.name.startswith(WITHOUT) and ".migrations" not in module.name:
            import_module(module.name)
    found = {kind.code: kind for kind in _below(RustokError) if "code" in vars(kind)}
    return list(found.values())


def _below(kind: type[RustokError]) -> Iterator[type[RustokError]]:
    if kind.__module__.startswith("rustok."):
        yield kind
    for child in kind.__subclasses__():
        yield from _below(child)


def graphql_codes() -> set[str]:
    return {value for name, value in vars(graphql_errors).items() if name.isupper()}


def field_codes() -> dict[str, set[str]]:
    """The codes that single fields get, with the packages that give them."""
    root = Path(rustok.__path__[0])
    found: dict[str, set[str]] = {}
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root)
        if relative.parts[0] == "testing":
            continue
        for code in _codes(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(code, set()).add(relative.parts[0])
    return found


def _codes(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in MAKERS:
            given = [*node.args, *(word.value for word in node.keywords if word.arg == "code")]
            for value in given:
                match value:
                    case ast.Constant(value=str(text)) if _is_code(text):
                        yield text


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _is_code(text: str) -> bool:
    return text.isupper() and len(text) > 3 and text.replace("_", "").isalpha()
