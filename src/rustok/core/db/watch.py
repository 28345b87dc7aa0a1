"""What sessions tell of the statements they run: numbers always, spans where there are traces."""

import re
from collections import Counter
from collections.abc import Iterator
from time import perf_counter
from typing import Any, Final
from uuid import UUID

from rustok.core.sql.query import Query
from rustok.telemetry.tracing import Shape, Tracer

_WRITES: Final = re.compile(r"\b(INSERT INTO|DELETE FROM|UPDATE)\s+(?!SET\b|OF\b|SKIP\b)([a-z]\w*)")
_READS: Final = re.compile(r"\bFROM\s+([a-z]\w*)")

_POSTGRESQL: Final = {"db.system.name": "postgresql"}
_COMMIT: Final = Shape("COMMIT", _POSTGRESQL, kind="client")


def summary(text: str) -> str:
    """What a statement does to which table, such as `INSERT sys_events`: few names for many texts.

    A read is named after the first table or function that it reads.
    """
    written = _WRITES.search(text)
    if written is not None:
        return f"{written[1].partition(' ')[0]} {written[2]}"
    read = _READS.search(text)
    return "SELECT" if read is None else f"SELECT {read[1]}"


class Tally:
    """One statement's numbers."""

    __slots__ = ("count", "errors", "name", "seconds", "span")

    def __init__(self, name: str) -> None:
        self.name = name
        self.span = Shape(name, {**_POSTGRESQL, "db.query.summary": name}, kind="client")
        self.count = 0
        self.errors = 0
        self.seconds = 0.0


class StatementWatch:
    """Counts the statements of one role's sessions; adding is all that it costs them.

    `recorded` are facts by tenant and name, those of transactions that were rolled back included.
    """

    def __init__(self, tracer: Tracer | None = None) -> None:
        self.recorded: Counter[tuple[UUID, str]] = Counter()
        self.commits = 0
        self._tallies: dict[str, Tally] = {}
        self._tracer = tracer

    def ran(self, query: Query[Any], began: float) -> None:
        """A statement was answered that was sent at this moment of `perf_counter`."""
        seconds = perf_counter() - began
        try:
            tally = self._tallies[query.fingerprint]
        except KeyError:
            tally = self._new(query)
        tally.count += 1
        tally.seconds += seconds
        if self._tracer is not None:
            self._tracer.passed(tally.span, seconds)

    def failed(self, query: Query[Any], began: float, error: BaseException) -> None:
        """A statement raised, its time limit and a lost connection included."""
        tally = self._tallies.get(query.fingerprint) or self._new(query)
        seconds = perf_counter() - began
        tally.count += 1
        tally.errors += 1
        tally.seconds += seconds
        if self._tracer is not None:
            self._tracer.past(tally.name, seconds, tally.span.attributes, failed=error)

    def committed(self, began: float) -> None:
        """A transaction was committed, which began at this moment of `perf_counter`."""
        self.commits += 1
        if self._tracer is not None:
            self._tracer.passed(_COMMIT, perf_counter() - began)

    def tallies(self) -> Iterator[Tally]:
        """The numbers of every statement that has run; names may occur more than once."""
        yield from self._tallies.values()

    def _new(self, query: Query[Any]) -> Tally:
        return self._tallies.setdefault(query.fingerprint, Tally(summary(query.text)))
