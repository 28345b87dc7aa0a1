"""Where a home keeps its server: data, log, lock, socket, and the record that says so."""

import hashlib
import json
import os
import secrets
import shutil
import stat
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from rustok.app.postgres.account import Account
from rustok.app.postgres.errors import PostgresSocketRefusedError, PostgresUnreachableError

# For root: data and programs of homes that the server's account cannot enter.
SHARED_FOLDER = Path("/var/lib/rustok")
# Short, because a socket's path has room for 107 bytes, and the same for every process whatever
# its TMPDIR; the folder below it is private.
_SOCKETS = Path("/tmp")  # noqa: S108 - only ever used through a folder of mode 0700


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What `postgres.json` says about the server that ran last, for people and for guests."""

    data: str
    binaries: str
    version: str
    account: str
    socket: str
    log: str


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one clone's own data, such as `.rustok`, by its real path."""

    path: Path

    @property
    def own_data(self) -> Path:
        """The data folder, where the server's account can enter the home."""
        return self.path / "postgres"

    @property
    def lock(self) -> Path:
        """Held by every process of the server, and by who starts it."""
        return self.path / "postgres.lock"

    @property
    def log(self) -> Path:
        """The server's messages since its start; those before it are in `postgres.log.1`."""
        return self.path / "postgres.log"

    @property
    def record_file(self) -> Path:
        """Where the record lies."""
        return self.path / "postgres.json"

    def record(self) -> Record | None:
        """Read the record; None when there is none that can be understood."""
        try:
            return Record(**json.loads(self.record_file.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write_record(self, record: Record) -> None:
        """Replace the record at once, so that a reader sees the old or the new."""
        partial = self.record_file.with_suffix(".json.partial")
        partial.write_text(json.dumps(asdict(record), indent=2) + "\n", encoding="utf-8")
        partial.replace(self.record_file)

    def data(self) -> Path | None:
        """Find the data folder, in the home or where the record says; None when none was chosen.

        One outside may still have to be made. It belongs to the home it was chosen for: when that
        has been moved here, so has the data; when this home is a copy, the original keeps it.
        """
        if _exists(self.own_data):
            return self.own_data
        record = self.record()
        if record is None or not _exists(_marker(data := Path(record.data))):
            return None
        chosen_for = Home(Path(os.fsdecode(_marker(data).read_bytes())))
        if chosen_for != self:
            original = chosen_for.record()
            if original is not None and original.data == record.data:
                return None
            _marker(data).write_bytes(os.fsencode(self.path))
        return data

    def new_data(self, account: Account) -> Path:
        """Choose the place of a new data folder that `account` reaches; it is not made yet."""
        if account.enters(self.path):
            return self.own_data
        folder = make_shared_folder() / secrets.token_hex(6)
        folder.mkdir()
        folder.chmod(0o755)
        data = folder / "postgres"
        _marker(data).write_bytes(os.fsencode(self.path))
        if not account.enters(folder):
            raise PostgresUnreachableError(
                f"the account {account.name} can enter neither {self.path} nor {folder}. "
                "Let RUSTOK_HOME name a folder whose parents everybody may enter."
            )
        return data

    def remove_data(self) -> None:
        """Delete the data folder, wherever it lies, the record of it, and a crash's socket."""
        data, record = self.data(), self.record()
        if data == self.own_data:
            shutil.rmtree(data)
        elif data is not None:
            shutil.rmtree(data.parent)
        if record is not None:
            for left in Path(record.socket).glob(".s.PGSQL.*"):
                left.unlink()
            with suppress(OSError):
                Path(record.socket).rmdir()
        self.record_file.unlink(missing_ok=True)


def make_shared_folder() -> Path:
    """Make the folder of root that every account may enter."""
    if not SHARED_FOLDER.exists():
        SHARED_FOLDER.mkdir(parents=True, exist_ok=True)
        SHARED_FOLDER.chmod(0o755)
    return SHARED_FOLDER


def socket_folder(home: Home, account: Account) -> Path:
    """Name the folder of the home's socket: the same at every start, and no other home's."""
    # The inode tells apart clones at equal paths in containers that share the parent.
    identity = os.fsencode(home.path) + b"\0%d" % home.path.stat().st_ino
    digest = hashlib.sha256(identity).hexdigest()[:12]
    return _SOCKETS / f"rustok-{account.uid}-{digest}"


def make_socket_folder(folder: Path, account: Account) -> None:
    """Make the empty socket folder, which nobody but `account` (and root) enters.

    Raises PostgresSocketRefusedError when its place is taken by somebody else.
    """
    if not _exists(folder):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and not stat.S_IMODE(found.st_mode) & 0o077
    if not private or found.st_uid not in {account.uid, os.geteuid()}:
        raise PostgresSocketRefusedError(
            f"{folder} should be a private folder of the account {account.name}, and is not. "
            "Somebody else made it: remove it."
        )
    for stale in folder.iterdir():
        stale.unlink()
    if account.switched:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)


def _marker(data: Path) -> Path:
    return data.with_name("home")


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True
