"""What the cells of one product say; what they cannot say is noted with line and column."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from rustok.app.imports.errors import LineError
from rustok.app.imports.shopify.groups import Row

T = TypeVar("T")
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?")
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


class Cells:
    """Reads the cells of one product."""

    def __init__(self, handle: str) -> None:
        self.handle = handle
        self.errors: list[LineError] = []
        self.warnings: list[LineError] = []

    def fail(self, row: Row, column: str | None, code: str, detail: str) -> None:
        """Notes an error."""
        self.errors.append(self._found(row, column, code, detail))

    def warn(self, row: Row, column: str | None, code: str, detail: str) -> None:
        """Notes what is imported otherwise than it stands there."""
        self.warnings.append(self._found(row, column, code, detail))

    def number(self, row: Row, column: str, *, whole: bool = True) -> int | None:
        """A number, rounded where it need not be whole; None where there is none."""
        text = row.get(column)
        if not text:
            return None
        value = Decimal(text) if _NUMBER.fullmatch(text) else None
        if value is None or (whole and value != value.to_integral_value()):
            self.fail(row, column, "INVALID_NUMBER", f"{text[:40]!r} is not a number.")
            return None
        return int(value.to_integral_value(ROUND_HALF_UP))

    def amount(self, row: Row, column: str) -> str | None:
        """An amount of money as a decimal text; None where there is none."""
        text = row.get(column)
        if not text:
            return None
        if not _AMOUNT.fullmatch(text):
            detail = f"{text[:40]!r} is not an amount such as 12.30."
            self.fail(row, column, "INVALID_AMOUNT", detail)
            return None
        return text

    def boolean(self, row: Row, column: str, *, default: bool) -> bool:
        """A boolean."""
        return self.one_of(row, column, _BOOLEANS, default=default)

    def one_of(self, row: Row, column: str, values: Mapping[str, T], *, default: T) -> T:
        """What a word stands for, in whatever case it is written."""
        text = row.get(column).lower()
        if not text:
            return default
        if text not in values:
            detail = f"{text[:40]!r} is none of: {', '.join(values)}."
            self.fail(row, column, "INVALID_VALUE", detail)
        return values.get(text, default)

    def _found(self, row: Row, column: str | None, code: str, detail: str) -> LineError:
        return LineError(
            line=row.line, code=code, detail=detail, handle=self.handle[:200], column=column
        )
