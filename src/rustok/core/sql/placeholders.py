"""Turns `:name` placeholders into PostgreSQL's `$n`, leaving strings, comments and casts alone."""

import re

_TOKENS = re.compile(
    r"""
      '(?:[^']|'')*'            # a string
    | "(?:[^"]|"")*"            # a quoted identifier
    | --[^\n]*                  # a comment
    | /\*.*?\*/
    | ::                        # a cast
    | :(?P<name>[a-z_][a-z0-9_]*)
    """,
    re.VERBOSE | re.DOTALL,
)


def positional(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with `$n` placeholders, and the parameter names in the order of their numbers."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return match[0]
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _TOKENS.sub(number, text), tuple(names)
