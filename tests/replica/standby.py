"""A streaming replica of a test's own server, which can be paused, killed and promoted."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import asyncpg

from rustok.app.postgres import EmbeddedPostgres, RunningPostgres
from rustok.app.postgres.account import server_account
from rustok.app.postgres.binaries import find_binaries
from rustok.app.postgres.cluster import read_pid_file
from rustok.app.postgres.server import SOCKET_PORT
from rustok.app.postgres.state import Home

LIMIT_SECONDS = 20.0
COPY_SECONDS = 60.0


class Standby:
    """A server in a home of its own; `primary` is what it follows."""

    def __init__(self, primary: RunningPostgres, home: Path, settings: Mapping[str, str]) -> None:
        self.primary = primary
        self.server = _copied(primary, home, settings)
        self._home = home
        self._settings = settings

    def url(self, of_primary: str) -> str:
        """The same user and database as this URL of the primary's."""
        folders = (self.primary.socket_folder, self.server.socket_folder)
        old, new = (f"host={quote(str(folder))}" for folder in folders)
        assert old in of_primary
        return of_primary.replace(old, new)

    async def caught_up(self) -> None:
        """Waits until it shows all that the primary has committed."""
        connection = await asyncpg.connect(self.primary.url())
        place = await connection.fetchval("SELECT pg_current_wal_insert_lsn()::text")
        await connection.execute("SELECT pg_logical_emit_message(true, 'test', '')")
        await connection.close()
        await self._until("SELECT pg_last_wal_replay_lsn() >= $1::text::pg_lsn", place)

    async def pause(self) -> None:
        """It shows what it has by now, and nothing new."""
        await self.caught_up()
        await self._run("SELECT pg_wal_replay_pause()")
        await self._until("SELECT pg_get_wal_replay_pause_state() = 'paused'")

    async def resume(self) -> None:
        """It goes on, and has all there is."""
        await self._run("SELECT pg_wal_replay_resume()")
        await self.caught_up()

    async def promote(self) -> None:
        """It takes writes from now on."""
        await self._run("SELECT pg_promote()")
        await self._until("SELECT NOT pg_is_in_recovery()")

    async def kill(self) -> None:
        """Ends it as a crash of its machine does."""
        found = read_pid_file(self.server.data)
        assert found is not None
        os.kill(found.pid, signal.SIGKILL)
        async with asyncio.timeout(LIMIT_SECONDS):
            while not self.server.ended():  # noqa: ASYNC110  # a process that is no child
                await asyncio.sleep(0.01)
        self.server.stop()

    def freeze(self) -> None:
        """It keeps its connections and says nothing any more."""
        for process in self._processes():
            os.kill(process, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        for process in self._processes():
            os.kill(process, signal.SIGCONT)

    def _processes(self) -> list[int]:
        found = read_pid_file(self.server.data)
        assert found is not None
        listed = subprocess.run(
            ["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        known = [(int(pid), int(parent)) for pid, parent in map(str.split, listed)]
        return [found.pid, *(pid for pid, parent in known if parent == found.pid)]

    async def start(self) -> None:
        """Starts it where it was killed."""
        self.server = await asyncio.to_thread(
            EmbeddedPostgres.start, self._home, settings=self._settings
        )

    def remove(self) -> None:
        """Ends it and deletes its data."""
        self.server.stop()
        EmbeddedPostgres.remove(self._home)

    async def _run(self, statement: str, *arguments: object) -> object:
        connection = await asyncpg.connect(self.server.url())
        try:
            return await connection.fetchval(statement, *arguments)
        finally:
            await connection.close()

    async def _until(self, condition: str, *arguments: object) -> None:
        async with asyncio.timeout(LIMIT_SECONDS):
            while not await self._run(condition, *arguments):  # noqa: ASYNC110  # it sends no event
                await asyncio.sleep(0.01)


def _copied(primary: RunningPostgres, home: Path, settings: Mapping[str, str]) -> RunningPostgres:
    account = server_account(primary.data.stat().st_uid)
    data = Home(home).own_data
    data.mkdir(mode=0o700)
    os.chown(data, account.uid, account.gid)
    command: list[str | Path] = [
        find_binaries(account, None).program("pg_basebackup"),
        f"--pgdata={data}",
        f"--host={primary.socket_folder}",
        f"--port={SOCKET_PORT}",
        "--username=postgres",
        "--checkpoint=fast",
        "--write-recovery-conf",
        "--no-sync",
    ]
    result = account.run(command, seconds=COPY_SECONDS)
    assert result.returncode == 0, result.stderr
    return EmbeddedPostgres.start(home, settings=settings)
