"""Why the embedded PostgreSQL could not start, each with a stable code and what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_SPACE = "No space left on device"


class PostgresLaunchError(Exception):
    """Base of every failure of the launcher; `code` is stable, the message says what to do."""

    code: ClassVar[str] = "POSTGRES_LAUNCH_FAILED"


class PostgresStartFailedError(PostgresLaunchError):
    """The server or initdb ended with an error of its own."""

    code = "POSTGRES_START_FAILED"


class PostgresStartTimeoutError(PostgresLaunchError):
    """The server was not ready in time."""

    code = "POSTGRES_START_TIMEOUT"


class PostgresBinariesMissingError(PostgresLaunchError):
    """No usable PostgreSQL binaries were found."""

    code = "POSTGRES_BINARIES_MISSING"


class PostgresTooOldError(PostgresLaunchError):
    """The binaries are older than the oldest supported major version."""

    code = "POSTGRES_TOO_OLD"


class PostgresVersionMismatchError(PostgresLaunchError):
    """The data folder was made by another major version than the binaries."""

    code = "POSTGRES_VERSION_MISMATCH"


class PostgresAccountError(PostgresLaunchError):
    """There is no operating system account the server could run as."""

    code = "POSTGRES_NO_ACCOUNT"


class PostgresDataOwnerError(PostgresLaunchError):
    """The data folder belongs to an account the server cannot run as."""

    code = "POSTGRES_DATA_OWNER"


class PostgresUnreachableError(PostgresLaunchError):
    """The server's account cannot enter the folder of the data or of the binaries."""

    code = "POSTGRES_UNREACHABLE"


class PostgresDataInvalidError(PostgresLaunchError):
    """The data folder holds something that is no PostgreSQL cluster."""

    code = "POSTGRES_DATA_INVALID"


class PostgresDataInUseError(PostgresLaunchError):
    """A server that this launcher did not start runs on the data folder."""

    code = "POSTGRES_DATA_IN_USE"


class PostgresRunningError(PostgresLaunchError):
    """The data cannot be removed while its server runs."""

    code = "POSTGRES_RUNNING"


class PostgresSocketRefusedError(PostgresLaunchError):
    """The place of the socket directory is taken by somebody else."""

    code = "POSTGRES_SOCKET_REFUSED"


class PostgresDiskFullError(PostgresLaunchError):
    """The disk or the quota is full."""

    code = "POSTGRES_DISK_FULL"


class PostgresUnwritableError(PostgresLaunchError):
    """A folder the launcher has to write to refuses it."""

    code = "POSTGRES_HOME_UNWRITABLE"


def program_failure(program: str, output: str, home: Path) -> PostgresLaunchError:
    """Give the error for a program of PostgreSQL that ended badly, with its last words."""
    if _NO_SPACE in output:
        return _disk_full(home)
    last_words = "\n".join(output.strip().splitlines()[-8:]) or "it said nothing"
    return PostgresStartFailedError(f"{program} failed for {home}:\n{last_words}")


@contextmanager
def launch_errors(home: Path) -> Iterator[None]:
    """Turn an operating system error inside the block into a launch error about `home`."""
    try:
        yield
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise _disk_full(home) from error
        where = error.filename or home
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise PostgresUnwritableError(
                f"cannot write {where}: {error.strerror}. Run as the user who owns it, "
                "or let RUSTOK_HOME name a folder you may write to."
            ) from error
        raise PostgresStartFailedError(f"{where}: {error.strerror}") from error


def _disk_full(home: Path) -> PostgresDiskFullError:
    return PostgresDiskFullError(
        f"no space left for {home}. Free some space (a new database needs about 50 MB), "
        "or let RUSTOK_HOME name a folder on another disk."
    )
