"""Settings: frozen, documented Structs read once from the environment.

Nested classes are joined by two underscores: `RUSTOK_DATABASE__POOL_MAX=20`. An unknown or invalid
variable ends the start with an error that names it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)
PREFIX = "RUSTOK_"
TEST_PREFIX = "RUSTOK_TEST_"
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class BadSettings(Exception):
    """Environment variables are unknown or invalid; the message lists every one of them."""

    code = "BAD_SETTINGS"

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"These settings are wrong:\n{lines}")


def read(
    sections: Mapping[str, type[msgspec.Struct]], environ: Mapping[str, str]
) -> dict[str, Any]:
    """One Struct per section, `""` being the settings without a section; raises BadSettings."""
    problems: list[str] = []
    values: dict[str, dict[str, Any]] = {section: {} for section in sections}
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or variable.startswith(TEST_PREFIX):
            continue
        section, _, field = variable.removeprefix(PREFIX).lower().rpartition("__")
        known = _fields(sections[section]) if section in sections else {}
        if field not in known:
            problems.append(f"{variable} is not a setting{_nearest(variable, sections)}")
            continue
        try:
            values[section][field] = _parse(environ[variable], known[field].type)
        except (msgspec.ValidationError, ValueError) as error:
            problems.append(f"{variable}={environ[variable][:40]!r} is invalid: {error}")
    found: dict[str, Any] = {}
    for section, kind in sections.items():
        try:
            found[section] = msgspec.convert(values[section], kind)
        except msgspec.ValidationError as error:
            problems.append(f"{variable_name(section, '')}*: {error}")
    if problems:
        raise BadSettings(problems)
    return found


def variable_name(section: str, field: str) -> str:
    """The environment variable of a field."""
    joined = f"{section}__{field}" if section else field
    return PREFIX + joined.upper()


def _fields(kind: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    return {field.name: field for field in msgspec.structs.fields(kind)}


def _parse(text: str, kind: Any) -> Any:
    if kind is bool:
        if text.lower() not in _TRUE | _FALSE:
            raise ValueError("expected true or false")
        return text.lower() in _TRUE
    if getattr(kind, "__origin__", None) is tuple:
        parts = [part for part in re.split(r"[,\s]+", text) if part]
        return msgspec.convert(parts, kind, strict=False)
    return msgspec.convert(text, kind, strict=False)


def _nearest(variable: str, sections: Mapping[str, type[msgspec.Struct]]) -> str:
    from difflib import get_close_matches  # lazy: only when a name is wrong

    names = [variable_name(section, f) for section, kind in sections.items() for f in _fields(kind)]
    close = get_close_matches(variable, names, n=1)
    return f"; did you mean {close[0]}?" if close else ""
