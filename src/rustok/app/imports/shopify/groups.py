"""The rows of each product, which stand together in the file."""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from rustok.app.imports.csv_rows import CsvRow, csv_rows
from rustok.app.imports.errors import Findings, LineError, Unreadable
from rustok.app.imports.shopify.columns import HANDLE, Header, read_header

MAX_ROWS = 500


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row of a product: its line, and its cells by column; columns not in the file are absent.

    A broken one was reported already: its product is not looked at any further.
    """

    line: int
    cells: dict[str, str]
    is_broken: bool = False

    def get(self, column: str) -> str:
        """The cell, empty where there is no such column."""
        return self.cells.get(column, "")


class Group(msgspec.Struct):
    """The rows of one handle, the first one with the product's own texts."""

    handle: str
    rows: list[Row]
    is_whole: bool = True

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.rows[0].line


class ProductFile:
    """A file of products, read as often as it is asked for."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.header: Header | None = None
        self.rows = 0
        self.products = 0

    @property
    def position(self) -> int:
        """How many bytes have been read."""
        return self._file.tell() if not self._file.closed else 0

    def groups(self, findings: Findings) -> Iterator[Group]:
        """Each product's rows; what is wrong with a row is noted, its group is not whole then.

        Where the file cannot be read any further, that is noted as well, and the groups end.
        """
        self.rows = self.products = 0
        group: Group | None = None
        try:
            for row in self._rows(findings):
                handle = row.get(HANDLE)
                if group is None or group.handle != handle:
                    if group is not None:
                        yield group
                    self.products += 1
                    group = Group(handle, [])
                _join(group, row, findings)
        except Unreadable as stop:
            findings.add([stop.error])
            return
        if group is not None:
            yield group

    def _rows(self, findings: Findings) -> Iterator[Row]:
        rows = csv_rows(self._file)
        first = next(rows, None)
        if first is None:
            raise Unreadable(LineError(line=1, code="EMPTY_FILE", detail="The file is empty."))
        self.header = header = read_header(first)
        for row in rows:
            self.rows += 1
            error = _shape_error(row, header)
            if error is None:
                cells = header.cells(row)
                if any(cells.values()):
                    yield Row(row.line, cells)
                continue
            findings.add([error])
            if error.handle is not None:
                yield Row(row.line, {HANDLE: error.handle}, is_broken=True)


def _shape_error(row: CsvRow, header: Header) -> LineError | None:
    place = header.places[HANDLE]
    handle = row.fields[place].strip() if place < len(row.fields) else ""

    def error(code: str, detail: str, column: str | None = None) -> LineError:
        return LineError(
            line=row.line, code=code, detail=detail, handle=handle[:200] or None, column=column
        )

    if len(row.fields) != header.width:
        detail = f"{len(row.fields)} fields, where the header has {header.width}."
        return error("WRONG_FIELD_COUNT", detail)
    if any("\0" in field for field in row.fields):
        return error("INVALID_TEXT", "The row has the character U+0000, which is no text.")
    if not handle:
        return error("REQUIRED", "Every row names its product's handle.", HANDLE)
    return None


def _join(group: Group, row: Row, findings: Findings) -> None:
    if row.is_broken:
        group.is_whole = False
    if len(group.rows) < MAX_ROWS:
        group.rows.append(row)
    elif group.is_whole:
        group.is_whole = False
        detail = f"At most {MAX_ROWS} rows per product."
        findings.add(
            [LineError(line=row.line, code="TOO_MANY", detail=detail, handle=group.handle)]
        )
