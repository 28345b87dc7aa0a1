"""Start, find and stop the PostgreSQL server of one home."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import quote

from rustok.app.postgres.account import server_account
from rustok.app.postgres.binaries import find_binaries
from rustok.app.postgres.cluster import (
    SUPERUSER,
    check_cluster,
    clear_stale_pid_file,
    create_cluster,
)
from rustok.app.postgres.errors import (
    PostgresRunningError,
    PostgresStartTimeoutError,
    launch_errors,
)
from rustok.app.postgres.lock import is_locked, try_lock
from rustok.app.postgres.server import SOCKET_PORT, Server, answers, is_ready, server_command
from rustok.app.postgres.state import Home, Record, make_socket_folder, socket_folder

DEFAULT_TIMEOUT_SECONDS = 60.0
_POLL_SECONDS = 0.02
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class RunningPostgres:
    """A server that accepts connections; leaving it as a context manager stops it.

    The process that started it is its owner, every other one a guest, whose `stop` does nothing.
    """

    data: Path
    log: Path
    socket_folder: Path
    version: str
    account: str
    _server: Server | None = field(repr=False)

    @property
    def owner(self) -> bool:
        """Tell whether this process started the server, and so ends it."""
        return self._server is not None and self._server.owner == os.getpid()

    def url(self, user: str = SUPERUSER, database: str = "postgres") -> str:
        """Give the connection URL on the private socket, which needs no password."""
        host = quote(str(self.socket_folder))
        name = quote(database, safe="")
        return f"postgresql://{quote(user, safe='')}@/{name}?host={host}&port={SOCKET_PORT}"

    def alive(self) -> bool:
        """Tell whether the server still accepts connections."""
        return answers(self.socket_folder)

    def ended(self) -> bool:
        """Tell its owner whether the server's process has ended, however it did."""
        return self._server is not None and self._server.process.poll() is not None

    def stop(self) -> None:
        """End the server and wait for it; does nothing twice, in a guest, or in a fork."""
        if self._server is not None and self.owner:
            self._server.stop()

    def __enter__(self) -> Self:
        """Give the running server itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the server, if it is this process's own."""
        self.stop()


class EmbeddedPostgres:
    """The server of one home: at most one runs, whoever starts it first owns it."""

    @staticmethod
    def start(
        home: Path,
        *,
        bin_dir: Path | None = None,
        settings: Mapping[str, str] = _NO_SETTINGS,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> RunningPostgres:
        """Start the home's server, or find it running, and return when it accepts connections.

        `bin_dir` holds the programs to use instead of the wheel's; `settings` are server
        settings beyond the defaults (a server found running keeps its own). The server ends
        with this process, however that ends. Raises PostgresLaunchError.
        """
        with launch_errors(home):
            place = _real(home)
            deadline = time.monotonic() + timeout_seconds
            while True:
                lock = try_lock(place.lock)
                if lock is not None:
                    try:
                        return _launch(place, lock, bin_dir, settings, deadline)
                    finally:
                        os.close(lock)
                running = _guest(place)
                if running is not None:
                    return running
                if time.monotonic() > deadline:
                    raise PostgresStartTimeoutError(
                        f"another process starts or stops the server of {place.path} and did not "
                        f"finish within {timeout_seconds:g} s. See {place.log}."
                    )
                time.sleep(_POLL_SECONDS)

    @staticmethod
    def find(home: Path) -> RunningPostgres | None:
        """Find the home's server as a guest; None unless it accepts connections."""
        with launch_errors(home):
            return _guest(Home(home.resolve()))

    @staticmethod
    def remove(home: Path) -> None:
        """Delete the home's database for good, wherever it lies; none is fine.

        Raises PostgresRunningError while its server runs.
        """
        with launch_errors(home):
            place = _real(home)
            lock = try_lock(place.lock)
            if lock is None:
                raise PostgresRunningError(f"the server of {place.path} runs: stop it first.")
            try:
                place.remove_data()
            finally:
                os.close(lock)


def _real(home: Path) -> Home:
    home.mkdir(parents=True, exist_ok=True)
    return Home(home.resolve())


def _guest(home: Home) -> RunningPostgres | None:
    record = home.record()
    if record is None or not is_locked(home.lock):
        return None
    if not is_ready(Path(record.data), Path(record.socket)):
        return None
    return _running(record, None)


def _running(record: Record, server: Server | None) -> RunningPostgres:
    return RunningPostgres(
        data=Path(record.data),
        log=Path(record.log),
        socket_folder=Path(record.socket),
        version=record.version,
        account=record.account,
        _server=server,
    )


def _launch(
    home: Home, lock: int, bin_dir: Path | None, settings: Mapping[str, str], deadline: float
) -> RunningPostgres:
    data = home.data()
    made = data is not None and data.exists()
    account = server_account(data.stat().st_uid if data and made else None)
    binaries = find_binaries(account, bin_dir)
    data = data or home.new_data(account)
    if made:
        check_cluster(binaries, account, data)
        clear_stale_pid_file(data)
    sockets = socket_folder(home, account)
    record = Record(
        data=str(data),
        binaries=str(binaries.folder),
        version=binaries.version,
        account=account.name,
        socket=str(sockets),
        log=str(home.log),
    )
    home.write_record(record)
    if not made:
        durable = settings.get("fsync") != "off"
        create_cluster(binaries, account, data, durable=durable, lock=lock)
    make_socket_folder(sockets, account)
    command = server_command(binaries, data, sockets, settings)
    server = Server.spawn(command, account, sockets, home.log, lock)
    server.wait_until_ready(data, sockets, home.log, deadline)
    return _running(record, server)
