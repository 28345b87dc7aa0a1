"""The data folder: make it whole or not at all, and check it before a server touches it."""

import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from rustok.app.postgres.account import Account
from rustok.app.postgres.binaries import Binaries
from rustok.app.postgres.errors import (
    PostgresDataInUseError,
    PostgresDataInvalidError,
    PostgresDataOwnerError,
    PostgresUnreachableError,
    PostgresVersionMismatchError,
    program_failure,
)
from rustok.app.postgres.processes import exists, runs_in

SUPERUSER = "postgres"
_INITDB_SECONDS = 300.0
_FIRST_WITH_BUILTIN_LOCALE = 17


class PidFile(NamedTuple):
    """What a running server says of itself."""

    pid: int
    ready: bool


def read_pid_file(data: Path) -> PidFile | None:
    """Read `postmaster.pid`; None when there is none or it is not whole."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
        return PidFile(abs(int(lines[0])), ready=len(lines) > 7 and lines[7].strip() == "ready")
    except (FileNotFoundError, ValueError, IndexError):
        return None


def create_cluster(
    binaries: Binaries, account: Account, data: Path, *, durable: bool, lock: int
) -> None:
    """Make the data folder: initdb beside it, then one rename, so it is never half done.

    initdb inherits `lock`, so nobody starts over while one without its owner still writes.
    Raises PostgresStartFailedError or PostgresDiskFullError.
    """
    fresh = data.with_name(f"{data.name}.new")
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(mode=0o700)
    if account.switched:
        os.chown(fresh, account.uid, account.gid)
    for locale in _locales(binaries):
        command: list[str | Path] = [
            binaries.program("initdb"),
            f"--pgdata={fresh}",
            f"--username={SUPERUSER}",
            "--auth-local=trust",
            "--auth-host=reject",
            "--encoding=UTF8",
            "--lc-messages=C",
            "--no-instructions",
            *locale,
            *([] if durable else ["--no-sync"]),
        ]
        result = account.run(command, pass_fds=[lock], seconds=_INITDB_SECONDS)
        if "invalid locale name" not in result.stderr:
            break
    if result.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise program_failure("initdb", result.stderr or result.stdout, data)
    fresh.rename(data)
    if durable:
        _sync_folder(data.parent)


def check_cluster(binaries: Binaries, account: Account, data: Path) -> None:
    """Refuse a data folder this server could not or must not run on.

    Raises PostgresDataOwnerError, PostgresUnreachableError, PostgresDataInvalidError,
    PostgresVersionMismatchError.
    """
    if data.stat().st_uid != account.uid:
        raise PostgresDataOwnerError(
            f"{data} belongs to user id {data.stat().st_uid}, and the server would run as "
            f"{account.name} ({account.uid}). Run as its owner, or hand the whole folder over "
            f"(chown -R {account.name}), or let RUSTOK_HOME name another folder."
        )
    if not account.enters(data):
        raise PostgresUnreachableError(
            f"the account {account.name} can no longer enter {data}: a folder above it has been "
            "closed. Open it again, or move the data away to start with an empty database."
        )
    try:
        major = (data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise PostgresDataInvalidError(
            f"{data} is no data folder of PostgreSQL (it has no PG_VERSION). Move it away to "
            "start with an empty database."
        ) from None
    if major != str(binaries.major):
        raise PostgresVersionMismatchError(
            f"{data} was made by PostgreSQL {major}, and {binaries.folder} is {binaries.version}. "
            f"Let RUSTOK_POSTGRES_BIN name the bin folder of PostgreSQL {major}; to move on, dump "
            "with that one (pg_dumpall), move the data folder away, start again and restore."
        )


def clear_stale_pid_file(data: Path) -> None:
    """Remove a `postmaster.pid` that would keep a server from starting, if it is stale.

    That is one cut short, or one whose process id another program has now; PostgreSQL itself
    sees to one of a dead process. The caller holds the home's lock, so no server of this
    launcher runs. Raises PostgresDataInUseError when another one does.
    """
    found = read_pid_file(data)
    if found is None:
        (data / "postmaster.pid").unlink(missing_ok=True)
    elif runs_in(found.pid, "postgres", data):
        raise PostgresDataInUseError(
            f"a PostgreSQL server (process {found.pid}) that was started by hand runs on {data}. "
            f"Stop it (kill -INT {found.pid}), then try again."
        )
    elif exists(found.pid):
        (data / "postmaster.pid").unlink()


def _locales(binaries: Binaries) -> list[list[str]]:
    """Give the locale options to try: bytes decide the order, Unicode the letters."""
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    provider = builtin if binaries.major >= _FIRST_WITH_BUILTIN_LOCALE else []
    # pg_trgm and the text search parser ask the C library, even beside the builtin provider.
    unicode = "UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    return [
        [*provider, "--locale=C", f"--lc-ctype={unicode}"],
        [*provider, "--locale=C"],
    ]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
