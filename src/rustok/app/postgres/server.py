"""The server process, seen from its owner: its settings, its supervisor, its readiness."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from rustok.app.postgres.account import Account, clean_environment
from rustok.app.postgres.binaries import Binaries
from rustok.app.postgres.cluster import read_pid_file
from rustok.app.postgres.errors import PostgresStartTimeoutError, program_failure

SOCKET_PORT = 5432
_SUPERVISOR = Path(__file__).with_name("supervisor.py")
_POLL_SECONDS = 0.003
# The supervisor gives the server 30 s in all, then kills it.
_STOP_SECONDS = 35.0
_FIRST_WITH_IO_METHOD = 18


def server_command(
    binaries: Binaries, data: Path, socket_folder: Path, settings: Mapping[str, str]
) -> list[str]:
    """Give the server's command line: small, UTC, and reachable by its socket only."""
    defaults = {
        "cluster_name": "rustok",
        "shared_buffers": "64MB",
        "wal_buffers": "16MB",
        "max_connections": "100",
        "max_parallel_workers_per_gather": "0",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] %q%u@%d ",
    }
    if binaries.major >= _FIRST_WITH_IO_METHOD:
        # Reads come from memory: three idle I/O worker processes would cost more than they give.
        defaults["io_method"] = "sync"
    fixed = {
        "listen_addresses": "",
        "port": str(SOCKET_PORT),
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "logging_collector": "off",
        "log_destination": "stderr",
    }
    command = [str(binaries.program("postgres")), "-D", str(data)]
    for name, value in {**defaults, **settings, **fixed}.items():
        command += ["-c", f"{name}={value}"]
    return command


def answers(socket_folder: Path) -> bool:
    """Tell whether a server listens in `socket_folder`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1.0)
        try:
            client.connect(str(socket_folder / f".s.PGSQL.{SOCKET_PORT}"))
        except (FileNotFoundError, ConnectionError, PermissionError, TimeoutError):
            return False
    return True


def is_ready(data: Path, socket_folder: Path) -> bool:
    """Tell whether the server on `data` accepts connections in `socket_folder`."""
    # In this order: a server that answers has replaced the pid file of the one before it.
    if not answers(socket_folder):
        return False
    found = read_pid_file(data)
    return found is not None and found.ready


@dataclass(frozen=True, kw_only=True)
class Server:
    """The supervisor of a server, and the pipe whose end means the server's end."""

    owner: int
    process: subprocess.Popen[bytes]
    control: IO[bytes] = field(repr=False)

    @classmethod
    def spawn(
        cls, command: Sequence[str], account: Account, socket_folder: Path, log: Path, lock: int
    ) -> Self:
        """Start the supervisor, which starts the server; both inherit `lock`."""
        if log.exists():
            log.replace(log.with_name(f"{log.name}.1"))
        uid, gid = (account.uid, account.gid) if account.switched else (-1, -1)
        order = [str(part) for part in (os.getpid(), lock, uid, gid, socket_folder, log)]
        log.touch(mode=0o600)  # statements that fail are quoted in it
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - this package's own script
                [sys.executable, "-I", "-S", str(_SUPERVISOR), *order, *command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                pass_fds=[lock],
                cwd="/",
                env=clean_environment(),
                # Ctrl-C in the terminal is for the owner, which then ends the server in order.
                start_new_session=True,
            )
        assert process.stdin is not None
        return cls(owner=os.getpid(), process=process, control=process.stdin)

    def wait_until_ready(self, data: Path, socket_folder: Path, log: Path, deadline: float) -> None:
        """Return when the server accepts connections; stop it when it does not in time.

        `deadline` is of the monotonic clock. Raises PostgresStartFailedError,
        PostgresDiskFullError, PostgresStartTimeoutError.
        """
        try:
            while not is_ready(data, socket_folder):
                if self.process.poll() is not None:
                    raise program_failure("postgres", log.read_text(errors="replace"), data)
                if time.monotonic() > deadline:
                    raise PostgresStartTimeoutError(f"the server was not ready in time. See {log}.")
                time.sleep(_POLL_SECONDS)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ask the supervisor to end the server and wait for both."""
        if not self.control.closed:
            # The order is written, for a fork of the owner may hold the pipe open.
            with suppress(BrokenPipeError), self.control:
                self.control.write(b"stop")
        self.process.wait(_STOP_SECONDS)
