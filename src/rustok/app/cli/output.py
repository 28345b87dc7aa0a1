"""What commands print: text for people, JSON for scripts."""

import sys
from collections.abc import Sequence
from typing import Any

import msgspec

GAP = "  "


class ReaderGone(Exception):
    """Whoever reads the output has seen enough, such as `head`."""


def say(text: str) -> None:
    """Prints a line of the answer; raises ReaderGone."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise ReaderGone from error


def complain(text: str) -> None:
    """Prints a line of what is wrong, apart from the answer."""
    sys.stderr.write(f"{text}\n")


def say_json(value: Any) -> None:
    """Prints a value as indented JSON."""
    say(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def say_json_line(value: Any) -> None:
    """Prints a value as one line of JSON, for answers without an end."""
    say(msgspec.json.encode(value).decode())


def say_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints rows below headings, aligned; nothing but "none" where there are no rows."""
    if not rows:
        say("none")
        return
    lines = [list(columns), *[[_cell(value) for value in row] for row in rows]]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        say(GAP.join(cells).rstrip())


def _cell(value: object) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return ", ".join(map(str, value)) or "-"
    return str(value)
