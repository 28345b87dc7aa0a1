"""Which keys a file has named, and in which line: on disk, so that memory does not grow."""

import sqlite3
from types import TracebackType
from typing import Self

_CACHE_KIB = 2_000


class Seen:
    """The first line of each key; a private temporary database, gone when it is closed."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE seen (kind TEXT, key TEXT, line INTEGER, PRIMARY KEY (kind, key)) "
            "WITHOUT ROWID"
        )
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Closes it."""
        self._database.close()

    def first(self, kind: str, key: str, line: int) -> int:
        """The line in which the key was named first: this one, where it is new."""
        added = self._database.execute(
            "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (kind, key, line)
        ).rowcount
        if added:
            return line
        [found] = self._database.execute(
            "SELECT line FROM seen WHERE kind = ? AND key = ?", (kind, key)
        ).fetchone()
        return int(found)
