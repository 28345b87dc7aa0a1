"""The embedded server among the processes of one home: who may end it, and when.

Its owner is whoever started it, and it ends with its owner. `rustok run` is the owner for as long
as it serves; a command is a guest then, and the owner for its own duration otherwise. So that no
command ends a server that guests still use, each user holds a shared lock on `guests.lock`, and a
command that is done takes it alone first.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg

from rustok.app.postgres import EmbeddedPostgres, RunningPostgres
from rustok.app.postgres.errors import launch_errors
from rustok.app.processes.errors import DatabaseNotRunning
from rustok.app.processes.owner import owner_connection
from rustok.app.settings import PlatformSettings

DATABASE = "rustok"
LOCK = "guests.lock"
GUEST_SECONDS = 60.0
_LOOK_SECONDS = 0.05


@contextmanager
def for_command(platform: PlatformSettings) -> Iterator[RunningPostgres]:
    """The server for the duration of a command, started where it does not run.

    Raises PostgresLaunchError.
    """
    with _lock(platform.home_path) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        server = start_server(platform)
        try:
            yield server
        finally:
            if server.owner:
                _alone(lock, GUEST_SECONDS)
                server.stop()


@contextmanager
def as_guest(platform: PlatformSettings) -> Iterator[RunningPostgres]:
    """The running server; raises DatabaseNotRunning."""
    with _lock(platform.home_path) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        server = EmbeddedPostgres.find(platform.home_path)
        if server is None:
            raise DatabaseNotRunning(
                f"No PostgreSQL runs for {platform.home_path}. Start rustok run there, or name a "
                "server in DATABASE_URL."
            )
        yield server


async def database_url(server: RunningPostgres) -> str:
    """The owner's URL of the platform's database, which is made where it is missing."""
    async with owner_connection(server.url()) as connection:
        known = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE)
        if not known:
            with suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                await connection.execute(f"CREATE DATABASE {DATABASE}")  # another may be faster
    return server.url(database=DATABASE)


def start_server(platform: PlatformSettings) -> RunningPostgres:
    """The home's server, started where it does not run; raises PostgresLaunchError."""
    programs = None if platform.postgres_bin is None else Path(platform.postgres_bin)
    return EmbeddedPostgres.start(platform.home_path, bin_dir=programs)


@contextmanager
def _lock(home: Path) -> Iterator[int]:
    with launch_errors(home):
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _alone(lock: int, seconds: float) -> bool:
    """Takes the lock alone; False when others hold it for longer than that."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK_SECONDS)
        else:
            return True
