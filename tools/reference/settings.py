"""`settings.md`: every environment variable, from the settings classes and their docstrings."""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT

from rustok.app.settings import COMMON_NAMES, sections
from rustok.core.modules.registry import Modules
from rustok.core.settings import variable_name
from tools.reference.markdown import document, summary, table

INTRODUCTION = """\
Settings are read once, at the start, from environment variables. One that is unknown or invalid
ends the start with an error that names it. A list is written with commas or spaces between its
items; true is also `1`, `yes` or `on`."""

TYPES: dict[Any, str] = {str: "text", int: "integer", float: "number", bool: "true or false"}


def page(modules: Modules) -> str:
    parts = [INTRODUCTION]
    for section, kind in sections(modules).items():
        parts += [f"## {section or 'The server'}", summary(kind), _table(section, kind)]
    names = [(f"`{short}`", f"`{full}`") for short, full in COMMON_NAMES.items()]
    common = "The longer name wins where both are set."
    parts += ["## Common names", common, table(["Variable", "Stands for"], names)]
    return document("Settings", *parts)


def _table(section: str, kind: type[msgspec.Struct]) -> str:
    texts = documented(kind)
    rows = [
        (
            f"`{variable_name(section, field.name)}`",
            _type(field.type),
            _default(field),
            texts.get(field.name, ""),
        )
        for field in msgspec.structs.fields(kind)
    ]
    return table(["Variable", "Type", "Default", "Meaning"], rows)


def documented(kind: type[msgspec.Struct]) -> Mapping[str, str]:
    """The docstring below each attribute of a class."""
    return dict(_docstrings(kind))


def _docstrings(kind: type[msgspec.Struct]) -> Iterator[tuple[str, str]]:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    for node, following in zip(tree.body, tree.body[1:], strict=False):
        match node, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, inspect.cleandoc(text)


def _type(kind: Any) -> str:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if origin in {Union, UnionType}:
        return " or ".join(_type(one) for one in inner if one is not type(None))
    if origin is tuple:
        return f"list of {_type(inner[0])}"
    return TYPES[kind]


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.default is NODEFAULT or field.default is None or field.default == ():
        return "none"
    value = field.default
    if isinstance(value, tuple):
        value = ",".join(map(str, value))
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
