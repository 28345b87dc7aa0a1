"""The operating system account the server runs as: never root."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rustok.app.postgres.errors import PostgresAccountError

OWN_ACCOUNT = "rustok"
# `postgres` comes second: a server under it could reach a system cluster's files.
_CANDIDATES = (OWN_ACCOUNT, "postgres", "nobody")
# The server gets no secret of its owner's environment, which its superuser could read.
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """An account; `switched` says that we are root and must change to it."""

    name: str
    uid: int
    gid: int
    switched: bool

    def run(
        self, command: Sequence[str | Path], *, pass_fds: Sequence[int] = (), seconds: float = 10.0
    ) -> subprocess.CompletedProcess[str]:
        """Run `command` as this account to its end.

        Raises OSError when it cannot be executed, subprocess.TimeoutExpired after `seconds`.
        """
        return subprocess.run(  # noqa: S603 - the program is PostgreSQL's or this module's
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=seconds,
            cwd="/",
            env=clean_environment(),
            pass_fds=pass_fds,
            start_new_session=True,
            user=self.uid if self.switched else None,
            group=self.gid if self.switched else None,
            extra_groups=[] if self.switched else None,
        )

    def enters(self, folder: Path) -> bool:
        """Tell whether the account may enter `folder`, and so every parent of it."""
        return not self.switched or self.run(["test", "-x", folder]).returncode == 0


def clean_environment() -> dict[str, str]:
    """Give the environment for PostgreSQL: no PG* variable, no locale, no secret."""
    kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {"PATH": os.defpath, **kept, "LC_ALL": "C"}


def server_account(data_owner: int | None) -> Account:
    """Choose the account for the server.

    A normal user is it. For root it is the owner of the data, where there is one already, else
    the first of `rustok` (made when missing), `postgres`, `nobody`.
    Raises PostgresAccountError when there is none.
    """
    if os.geteuid() != 0:
        return _by_uid(os.geteuid(), switched=False)
    if data_owner:
        return _by_uid(data_owner, switched=True)
    with suppress(OSError, subprocess.SubprocessError):
        _create_own_account()
    for name in _CANDIDATES:
        with suppress(KeyError, OSError):
            account = _account(pwd.getpwnam(name), switched=True)
            account.run(["true"])
            return account
    raise PostgresAccountError(
        "PostgreSQL refuses to run as root, and root could switch to none of the accounts "
        f"{', '.join(_CANDIDATES)}. Run as a normal user, create an account "
        f"(useradd --system {OWN_ACCOUNT}), or name a running server in DATABASE_URL."
    )


def _by_uid(uid: int, *, switched: bool) -> Account:
    try:
        return _account(pwd.getpwuid(uid), switched=switched)
    except KeyError:
        raise PostgresAccountError(
            f"user id {uid} has no entry in the password database, which PostgreSQL needs. "
            "Add one to /etc/passwd, or name a running server in DATABASE_URL."
        ) from None


def _account(entry: pwd.struct_passwd, *, switched: bool) -> Account:
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, switched=switched)


def _create_own_account() -> None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None or any(entry.pw_name == OWN_ACCOUNT for entry in pwd.getpwall()):
        return
    command = [useradd, "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", OWN_ACCOUNT]
    # Of two processes that get here at once one fails, and finds the other's account.
    subprocess.run(  # noqa: S603 - fixed arguments
        command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=10
    )
