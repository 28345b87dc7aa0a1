"""The embedded server among the processes of one home: who may end it, and when.

Its owner is whoever started it, and it ends with its owner. `rustok run` is the owner for as long
as it serves; a command is a guest then, and the owner for its own duration otherwise. So that no
owner ends a server that guests still use, each user holds a shared lock on `guests.lock`, and an
owner that is done takes it alone first.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import structlog

from rustok.app.postgres import EmbeddedPostgres, PostgresLaunchError, RunningPostgres
from rustok.app.postgres.errors import launch_errors
from rustok.app.processes.errors import DatabaseBusy, DatabaseNotRunning
from rustok.app.processes.owner import owner_connection
from rustok.app.settings import PlatformSettings

_log = structlog.get_logger("rustok.postgres")
DATABASE = "rustok"
LOCK = "guests.lock"
GUEST_SECONDS = 60.0
OWN_SECONDS = 30.0
WATCH_SECONDS = 2.0
RESTART_SECONDS = 3.0
_LOOK_SECONDS = 0.05


@contextmanager
def for_command(platform: PlatformSettings) -> Iterator[RunningPostgres]:
    """The server for the duration of a command, started where it does not run.

    Raises PostgresLaunchError.
    """
    with _lock(platform.home_path) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        server = _start(platform)
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


class OwnServer:
    """The server of a process that serves: started again where it dies, ended with the process."""

    def __init__(self, platform: PlatformSettings) -> None:
        self._platform = platform
        self._server: RunningPostgres | None = None

    def start(self) -> RunningPostgres:
        """Starts it as its owner, waiting for commands that use it to end.

        Raises DatabaseBusy, PostgresLaunchError.
        """
        with _lock(self._platform.home_path) as lock:
            server = _start(self._platform) if _alone(lock, OWN_SECONDS) else None
        if server is None or not server.owner:
            raise DatabaseBusy(
                f"Another command uses the database in {self._platform.home_path} and did not end "
                f"within {OWN_SECONDS:g} s. Let it end, then start again."
            )
        self._server = server
        return server

    def stop(self) -> None:
        """Ends it and waits for it."""
        if self._server is not None:
            self._server.stop()

    async def watch(self, asked: asyncio.Event) -> None:
        """Starts the server again when it died, until asked to end."""
        while not await _within(asked, WATCH_SECONDS):
            assert self._server is not None
            if await asyncio.to_thread(self._server.alive):
                continue
            _log.error("postgres_died", log=str(self._server.log), restart_in=RESTART_SECONDS)
            if await _within(asked, RESTART_SECONDS):
                return
            try:
                await asyncio.to_thread(self._server.stop)
                await asyncio.to_thread(self.start)
            except (PostgresLaunchError, DatabaseBusy) as error:
                _log.error("postgres_not_restarted", error=str(error), code=error.code)


async def database_url(server: RunningPostgres) -> str:
    """The owner's URL of the platform's database, which is made where it is missing."""
    async with owner_connection(server.url()) as connection:
        known = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE)
        if not known:
            with suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                await connection.execute(f"CREATE DATABASE {DATABASE}")  # another may be faster
    return server.url(database=DATABASE)


def _start(platform: PlatformSettings) -> RunningPostgres:
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


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
