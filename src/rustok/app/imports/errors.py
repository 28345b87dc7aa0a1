"""What is wrong with a file: in one of its lines, or as a whole."""

from collections.abc import Sequence

import msgspec


class LineError(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a line (from 1, the header's), as far as known with handle and column."""

    line: int
    code: str
    detail: str
    handle: str | None = None
    column: str | None = None


class Unreadable(Exception):
    """The file cannot be read any further: what stands after this line was not looked at."""

    def __init__(self, error: LineError) -> None:
        self.error = error
        super().__init__(error.detail)


class Findings:
    """Errors and warnings in the order found: all are counted, the first ones are kept."""

    def __init__(self, most: int = 10_000) -> None:
        self.errors: list[LineError] = []
        self.warnings: list[LineError] = []
        self.error_count = 0
        self.warning_count = 0
        self._most = most

    def add(self, errors: Sequence[LineError]) -> None:
        """Notes what keeps the file from being imported."""
        self.error_count += len(errors)
        self.errors.extend(errors[: self._most - len(self.errors)])

    def warn(self, warnings: Sequence[LineError]) -> None:
        """Notes what is imported otherwise than it stands there."""
        self.warning_count += len(warnings)
        self.warnings.extend(warnings[: self._most - len(self.warnings)])
