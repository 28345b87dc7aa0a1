"""Rows of a CSV file with their line numbers, read as a stream: memory does not grow with it.

The file is UTF-8, with or without a byte order mark, with any line ends, quoted as RFC 4180 says.
"""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from rustok.app.imports.errors import LineError, Unreadable

MAX_FIELD = 1_000_000
MAX_LINE = 4_000_000
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class CsvRow(msgspec.Struct, frozen=True, gc=False):
    """The fields of a row, and the line it begins in."""

    line: int
    fields: list[str]


def csv_rows(file: BinaryIO) -> Iterator[CsvRow]:
    """The rows from the beginning, empty ones left out; raises Unreadable."""
    file.seek(0)
    if file.read(2) in _UTF_16:
        raise _unreadable(1, "NOT_UTF8", "The file is UTF-16; save it as CSV in UTF-8.")
    file.seek(0)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        yield from _rows(file, text)
    finally:
        text.detach()


def _rows(file: BinaryIO, text: io.TextIOWrapper) -> Iterator[CsvRow]:
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(_lines(text), strict=True)
    begin = 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unreadable(begin, "INVALID_CSV", _explained(str(error))) from error
        except UnicodeDecodeError as error:
            raise _unreadable(
                _undecodable_line(file) or begin,
                "NOT_UTF8",
                "The file is not UTF-8 (Latin-1, perhaps); save it as CSV in UTF-8.",
            ) from error
        if any(fields):
            yield CsvRow(begin, fields)
        begin = reader.line_num + 1


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(MAX_LINE):
        number += 1
        if len(line) == MAX_LINE:
            raise _unreadable(number, "LINE_TOO_LONG", "The line is too long: is this a CSV file?")
        yield line


def _undecodable_line(file: BinaryIO) -> int | None:
    """The first line that is not UTF-8; the text layer reads ahead and cannot tell."""
    file.seek(0)
    number = 1
    while line := file.readline(MAX_LINE):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            return number + _line_ends(line[: error.start])
        number += _line_ends(line)
    return None


def _line_ends(text: bytes) -> int:
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")


def _explained(message: str) -> str:
    if "field limit" in message:
        return f"A field has more than {MAX_FIELD:,} characters: is a quotation mark missing?"
    if "end of data" in message:
        return "The file ends within quotation marks: it is cut off, or a mark is missing."
    return "Quotation marks within a quoted field must be doubled."


def _unreadable(line: int, code: str, detail: str) -> Unreadable:
    return Unreadable(LineError(line=line, code=code, detail=detail))
