"""The embedded server of a process that serves: started again where it dies."""

import asyncio
import time

import structlog

from rustok.app.postgres import PostgresLaunchError, RunningPostgres
from rustok.app.processes.embedded import start_server
from rustok.app.processes.errors import DatabaseBusy
from rustok.app.settings import PlatformSettings

_log = structlog.get_logger("rustok.postgres")
OWN_SECONDS = 30.0
LOOK_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 1.0
MOST_PAUSE_SECONDS = 30.0
QUIET_SECONDS = 60.0


class Pauses:
    """How long to wait before a start: not at all after a quiet minute, else 1 s, doubling to 30 s.

    A server that crashes once is back at once; one that crashes at every start does not keep the
    machine busy with starting it.
    """

    def __init__(self) -> None:
        self._next = 0.0
        self._latest: float | None = None

    def before_start(self, now: float) -> float:
        """The pause in seconds before the start that is due; `now` is of a monotonic clock."""
        if self._latest is None or now - self._latest >= QUIET_SECONDS:
            self._next = 0.0
        pause = self._next
        self._next = min(max(FIRST_PAUSE_SECONDS, pause * 2), MOST_PAUSE_SECONDS)
        self._latest = now + pause
        return pause


class OwnServer:
    """The server, owned by this process: it ends with it, and never before it for long."""

    def __init__(self, platform: PlatformSettings) -> None:
        self._platform = platform
        self._server: RunningPostgres | None = None

    def start(self) -> RunningPostgres:
        """Starts it as its owner, waiting for a command that runs it for itself to end.

        Guests are not waited for: they lose nothing when the server gets another owner, and
        one that serves would never end. Raises DatabaseBusy, PostgresLaunchError.
        """
        deadline = time.monotonic() + OWN_SECONDS
        while not (server := start_server(self._platform)).owner:
            if time.monotonic() > deadline:
                raise DatabaseBusy(
                    f"Another command uses the database in {self._platform.home_path} and did not "
                    f"end within {OWN_SECONDS:g} s. Let it end, then start again."
                )
            time.sleep(LOOK_SECONDS)
        self._server = server
        return server

    def stop(self) -> None:
        """Ends it and waits for it."""
        if self._server is not None:
            self._server.stop()

    async def watch(self, asked: asyncio.Event) -> None:
        """Starts the server again when it died, until asked to end."""
        assert self._server is not None
        pauses = Pauses()
        while not await _within(asked, LOOK_SECONDS):
            if not self._server.ended():
                continue
            pause = pauses.before_start(time.monotonic())
            _log.error("postgres_died", log=str(self._server.log), restart_in=pause)
            if await _within(asked, pause):
                return
            try:
                await asyncio.to_thread(self.stop)
                await asyncio.to_thread(self.start)
            except (PostgresLaunchError, DatabaseBusy) as error:
                _log.error("postgres_not_restarted", error=str(error), code=error.code)
            else:
                _log.warning("postgres_restarted")


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
