"""What can be said without the database: Python, the home, its disk, the port, the secret."""

import os
import platform as machine
import shutil
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from rustok import __version__
from rustok.app.doctor.report import Finding, fine, problem, warning
from rustok.app.processes.errors import AddressUnusable, PortTaken
from rustok.app.processes.listener import listen
from rustok.app.processes.registry import ProcessRecord
from rustok.app.secret_file import HomeUnwritable, SecretUnusable, stored_secret
from rustok.app.settings import PlatformSettings

OLDEST_PYTHON = (3, 11)
LITTLE_SPACE = 1_000_000_000
NO_SPACE = 100_000_000
PACKAGES = ("granian", "litestar", "asyncpg", "graphql-core", "alembic", "sqlalchemy")


def versions() -> dict[str, str]:
    """The platform, Python and the packages that matter most."""
    found = {"rustok": __version__, "python": machine.python_version()}
    return {**found, **{package: version(package) for package in PACKAGES}}


def findings(platform: PlatformSettings, processes: Sequence[ProcessRecord]) -> Iterator[Finding]:
    """Every check of this machine."""
    yield _python()
    yield _home(platform.home_path)
    yield _disk(platform.home_path)
    yield _secret(platform)
    yield _port(platform, processes)


def _python() -> Finding:
    running = machine.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return problem("python", f"Python {running}", "Install Python 3.11 or newer.")
    return fine("python", f"Python {running}")


def _home(home: Path) -> Finding:
    nearest = next(folder for folder in (home, *home.parents) if folder.exists())
    if os.access(nearest, os.W_OK | os.X_OK):
        return fine("home", f"{home} can be written")
    return problem(
        "home",
        f"{nearest} cannot be written by this user",
        "Run as the user who owns it, or let RUSTOK_HOME name another folder.",
    )


def _disk(home: Path) -> Finding:
    nearest = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(nearest).free
    detail = f"{free / 1_000_000_000:.1f} GB free for {home}"
    if free < NO_SPACE:
        return problem("disk", detail, "Free some space; a new database needs 50 MB.")
    if free < LITTLE_SPACE:
        return warning("disk", detail, "Free some space before the database grows.")
    return fine("disk", detail)


def _secret(platform: PlatformSettings) -> Finding:
    if platform.secret_key:
        return fine("secret", "SECRET_KEY is set")
    try:
        stored_secret(platform.home_path)
    except (SecretUnusable, HomeUnwritable) as error:
        return problem("secret", str(error), "Set SECRET_KEY.")
    return fine("secret", f"kept in {platform.home_path} (set SECRET_KEY for production)")


def _port(platform: PlatformSettings, processes: Sequence[ProcessRecord]) -> Finding:
    where = f"{platform.bind}:{platform.port}"
    ours = [
        p for p in processes if p.address is not None and p.address.endswith(f":{platform.port}")
    ]
    if ours:
        return fine("port", f"{where} is served by process {ours[0].pid} (rustok {ours[0].kind})")
    try:
        listen(platform.bind, platform.port).close()
    except PortTaken:
        return problem(
            "port",
            f"{where} is taken by another program",
            "Stop it, or choose another port: PORT=8001.",
        )
    except AddressUnusable as error:
        return problem("port", str(error), "Choose another RUSTOK_BIND or PORT.")
    return fine("port", f"{where} is free")
