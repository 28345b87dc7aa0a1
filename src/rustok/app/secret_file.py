"""The secret of a home: where none is set, development keeps a random one in a file."""

import os
import secrets
from pathlib import Path

from rustok.app.settings import MIN_SECRET

NAME = "secret_key"


class SecretUnusable(Exception):
    """The file with the home's secret cannot be read, or holds none."""

    code = "SECRET_UNUSABLE"


class HomeUnwritable(Exception):
    """The home folder cannot be made or written to."""

    code = "HOME_UNWRITABLE"


def stored_secret(home: Path) -> str:
    """The home's secret, made by whoever asks first; raises SecretUnusable, HomeUnwritable."""
    path = home / NAME
    try:
        if not path.exists():
            _create(path)
        found = path.read_text(encoding="ascii").strip()
    except PermissionError as error:
        raise SecretUnusable(
            f"{error.filename or path} is not for this user. Run as the one who owns it, or set "
            "SECRET_KEY or RUSTOK_HOME."
        ) from error
    except UnicodeDecodeError:
        found = ""
    except OSError as error:
        raise HomeUnwritable(
            f"{error.filename or path}: {error.strerror}. Let RUSTOK_HOME name a folder that can "
            "be written."
        ) from error
    if len(found) < MIN_SECRET:
        raise SecretUnusable(
            f"{path} holds no secret of {MIN_SECRET} characters. Put the right one back, or set "
            "SECRET_KEY; a new one makes every sign-in invalid."
        )
    return found


def _create(path: Path) -> None:
    """Makes the file whole and at once: of two processes, the second finds the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_urlsafe(48)}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(partial, path)
        except FileExistsError:
            return
    finally:
        partial.unlink()
