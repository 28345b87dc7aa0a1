"""Which processes of a home run: each keeps a file, locked for as long as it lives."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from rustok.app.postgres.lock import is_locked, try_lock
from rustok.app.processes.errors import AlreadyRunning
from rustok.app.secret_file import HomeUnwritable

FOLDER = "processes"
RUN_LOCK = "run.lock"

Kind = Literal["run", "serve", "relay", "index"]


class ProcessRecord(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A running process; `address` is where it listens, such as `127.0.0.1:8000`.

    A child of `rustok run --workers` names its `parent`, and how often its place was filled again.
    """

    kind: Kind
    pid: int
    started_at: datetime
    address: str | None = None
    parent: int | None = None
    restarts: int = 0


@contextmanager
def registered(home: Path, record: ProcessRecord) -> Iterator[None]:
    """Says that this process runs; raises HomeUnwritable.

    The file gets its name once it is locked and whole: one that is not locked is taken for a
    killed process's and removed by whoever looks. No name is used twice, for the same reason.
    """
    folder = home / FOLDER
    name = f"{record.kind}-{record.pid}-{secrets.token_hex(4)}"
    path, partial = folder / f"{name}.json", folder / f"{name}.partial"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
    except OSError as error:
        raise HomeUnwritable(
            f"{error.filename or home}: {error.strerror}. Let RUSTOK_HOME name a folder that can "
            "be written."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, msgspec.json.encode(record))
        partial.rename(path)
        yield
    finally:
        partial.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        os.close(descriptor)


def socket_path(home: Path, pid: int) -> Path:
    """Where a process of the home tells how it is."""
    return home / FOLDER / f"{pid}.sock"


def running(home: Path) -> list[ProcessRecord]:
    """Every process of the home that lives, by kind and pid; forgets those that were killed."""
    found = []
    for path in (home / FOLDER).glob("*.json"):
        if not is_locked(path):
            path.unlink(missing_ok=True)
            socket_path(home, int(path.stem.split("-")[1])).unlink(missing_ok=True)
            continue
        with suppress(FileNotFoundError):  # it ends at this moment
            found.append(msgspec.json.decode(path.read_bytes(), type=ProcessRecord))
    return sorted(found, key=lambda record: (record.kind, record.pid))


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Lets one `rustok run` at a time be in a home; raises AlreadyRunning, HomeUnwritable."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = try_lock(home / RUN_LOCK)
    except OSError as error:
        raise HomeUnwritable(
            f"{error.filename or home}: {error.strerror}. Let RUSTOK_HOME name a folder that can "
            "be written."
        ) from error
    if lock is None:
        raise AlreadyRunning(_who_runs(home))
    try:
        yield
    finally:
        os.close(lock)


def _who_runs(home: Path) -> str:
    other = next((record for record in running(home) if record.kind == "run"), None)
    who = "Another rustok run is starting" if other is None else f"Process {other.pid} runs"
    where = "" if other is None or other.address is None else f" at http://{other.address}/"
    return (
        f"{who} with {home}{where}. Stop it first, or let RUSTOK_HOME name another folder for a "
        "second one."
    )
