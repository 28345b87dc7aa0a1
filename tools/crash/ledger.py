"""What writers tried and were told, outside of the system: a file that is only added to."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

Kind = Literal["create", "update", "price", "publish", "unpublish", "stock", "delete"]
Step = Literal["attempt", "done", "refused", "error", "leak"]


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line: an attempt is written before it is sent, an answer when it is there.

    `op` is also the request's id, so that the log of events tells what came of it. `product` and
    `value` say what the change was to make true. `refused` is an answer that says no; `error` is
    none, or one that leaves open whether it was done.
    """

    op: str
    step: Step
    tenant: str
    kind: Kind = "update"
    keyed: bool = False
    product: str = ""
    value: str = ""
    status: int = 0
    detail: str = ""


class Operation(msgspec.Struct, kw_only=True):
    """What is known of one operation from its lines."""

    op: str
    tenant: str
    kind: Kind
    keyed: bool
    product: str
    value: str
    attempts: int = 0
    outcome: Literal["done", "refused", "unknown"] = "unknown"


class Ledger:
    """Writes lines; each is handed to the kernel before `write` returns."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.done = 0
        """How many operations were acknowledged."""
        self.attempts = 0

    def write(self, entry: Entry) -> None:
        """Adds a line."""
        os.write(self._file, msgspec.json.encode(entry) + b"\n")
        self.attempts += entry.step == "attempt"
        self.done += entry.step == "done"

    def close(self) -> None:
        """Lets go of the file."""
        os.close(self._file)


def read(path: Path) -> list[Entry]:
    """Every whole line, in order."""
    lines = path.read_bytes().split(b"\n")[:-1]
    return [msgspec.json.decode(line, type=Entry) for line in lines]


def operations(entries: Iterable[Entry]) -> list[Operation]:
    """What became of each operation, in the order of first attempts.

    Once done is done: later errors of repeated requests take nothing back.
    """
    found: dict[str, Operation] = {}
    for entry in entries:
        if entry.step == "leak":
            continue
        if entry.step == "attempt":
            known = found.setdefault(
                entry.op,
                Operation(
                    op=entry.op,
                    tenant=entry.tenant,
                    kind=entry.kind,
                    keyed=entry.keyed,
                    product=entry.product,
                    value=entry.value,
                ),
            )
            known.attempts += 1
            continue
        known = found[entry.op]
        known.product = entry.product or known.product
        if entry.step == "done":
            known.outcome = "done"
        elif entry.step == "refused" and known.outcome == "unknown":
            known.outcome = "refused"
    return list(found.values())


def leaks(entries: Iterable[Entry]) -> list[Entry]:
    """Answers that held another tenant's data."""
    return [entry for entry in entries if entry.step == "leak"]
