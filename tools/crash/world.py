"""Everything the rig runs: servers, the platform's processes behind proxies, two tenants."""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import asyncpg
import httpx
import msgspec

from rustok.app.bootstrap import open_host, urls
from rustok.app.migrate.runner import migrate
from rustok.app.settings import COMMON_NAMES, load
from rustok.auth.types import NewUser
from rustok.auth.users import UserService
from rustok.core.context import TenantRef, system_context
from rustok.core.host import Host
from rustok.core.modules.registry import Modules, installed
from rustok.core.settings import PREFIX
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantCreate
from tools.crash.children import Child
from tools.crash.module.module import MODULE
from tools.crash.proxy import FaultProxy
from tools.crash.servers import (
    READY_SECONDS,
    NatsServer,
    NotReady,
    PostgresServer,
    RedisServer,
    free_port,
)

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret of the rig, of more than 32 characters"
TENANTS = ("alpha", "beta")
EMAIL = "admin@example.org"
USER_PASSWORD = "correct horse battery"
_CONTINUE = signal.SIGCONT
_FAST_SHUTDOWN = signal.SIGINT
_DISTRIBUTION = {
    "METADATA": "Metadata-Version: 2.1\nName: rustok-crash\nVersion: 0.1.0\n",
    "entry_points.txt": "[rustok.modules]\ncrash = tools.crash.module.module:MODULE\n",
}


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """How many of each process there are, and what they run on."""

    serve: int = 2
    relay: int = 2
    index: int = 2
    nats: bool = False
    redis: bool = False
    settings: dict[str, str] = {}


class Process(msgspec.Struct, kw_only=True):
    """One process of the platform, with its proxy to PostgreSQL and that of its callers."""

    name: str
    kind: str
    child: Child
    proxies: dict[str, FaultProxy]
    port: int = 0


class World:
    """Made by `opened`; ends with it."""

    def __init__(self, folder: Path, shape: Shape, seed: int) -> None:
        folder.chmod(0o755)  # under root the server is another user, who must get in
        self.folder = folder
        self.shape = shape
        self.chance = random.Random(f"world {seed}")
        self.postgres = PostgresServer(folder / "postgres")
        self.nats = NatsServer(folder / "nats") if shape.nats else None
        self.redis = RedisServer(folder / "redis") if shape.redis else None
        self.processes: dict[str, Process] = {}
        self.tenants: dict[str, TenantRef] = {}
        self.settings: dict[str, str] = dict(shape.settings)
        """Further variables of processes from their next start on."""

    async def owner(self) -> asyncpg.Connection:
        """A connection of the owner, past every proxy."""
        return await asyncpg.connect(self.postgres.url())

    async def now(self) -> datetime:
        """The moment by PostgreSQL's clock."""
        owner = await self.owner()
        try:
            moment: datetime = await owner.fetchval("SELECT clock_timestamp()")
            return moment
        finally:
            await owner.close()

    @asynccontextmanager
    async def host(self) -> AsyncIterator[Host]:
        """Every module in this process, past every proxy."""
        modules = Modules([*installed(), MODULE])
        config = load({"SECRET_KEY": SECRET}, modules)
        where = urls(self.postgres.url(), SECRET, config)
        async with open_host(config, modules, where, SECRET, workers=True) as host:
            yield host

    def named(self, kind: str) -> list[Process]:
        """The processes of a kind."""
        return [process for process in self.processes.values() if process.kind == kind]

    @property
    def entrances(self) -> list[str]:
        """Where callers reach the API: through the proxy before each process."""
        found = [process.proxies["http"].port for process in self.named("serve")]
        return [f"http://127.0.0.1:{port}" for port in found]

    def proxies(self) -> list[FaultProxy]:
        """All of them."""
        return [proxy for process in self.processes.values() for proxy in process.proxies.values()]

    def heal(self) -> None:
        """Ends all faults of proxies, and lets every process go on."""
        for proxy in self.proxies():
            proxy.heal()
        for process in self.processes.values():
            process.child.send(_CONTINUE)

    async def ready(self, process: Process) -> None:
        """Returns once the API answers that it is ready; raises NotReady."""
        ends_at = time.monotonic() + READY_SECONDS
        async with httpx.AsyncClient() as web:
            while time.monotonic() < ends_at:
                try:
                    answer = await web.get(f"http://127.0.0.1:{process.port}/health/ready")
                    if answer.status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.1)
        raise NotReady(f"{process.name} is not ready:\n{process.child.said()}")

    async def add(self, kind: str) -> Process:
        """Starts one more process of a kind."""
        number = len(self.named(kind)) + 1
        name = f"{kind}-{number}"
        proxies = {"postgres": FaultProxy("127.0.0.1", self.postgres.port, self.chance)}
        if self.nats is not None:
            proxies["nats"] = FaultProxy("127.0.0.1", self.nats.port, self.chance)
        if self.redis is not None:
            proxies["redis"] = FaultProxy("127.0.0.1", self.redis.port, self.chance)
        port = free_port() if kind == "serve" else 0
        if port:
            proxies["http"] = FaultProxy("127.0.0.1", port, self.chance)
        for proxy in proxies.values():
            await proxy.start()
        command = [sys.executable, "-m", "rustok", kind]
        command += ["--port", str(port)] if port else []
        child = Child(name, command, {}, self.folder / f"{name}.log")
        process = Process(name=name, kind=kind, child=child, proxies=proxies, port=port)
        child.environment = self.environment(process)
        self.processes[name] = process
        await child.start()
        return process

    def environment(self, process: Process) -> dict[str, str]:
        """Variables of a process: nothing of the platform's but what is named here."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(PREFIX) and name not in COMMON_NAMES
        }
        own = {
            "PYTHONPATH": os.pathsep.join(map(str, (self.folder / "site", ROOT / "src", ROOT))),
            "RUSTOK_HOME": str(self.folder / "homes" / process.name),
            "RUSTOK_ENV": "production",
            "DATABASE_URL": self.postgres.url(process.proxies["postgres"].port),
            "SECRET_KEY": SECRET,
            "LOG_LEVEL": "WARNING",
            "RUSTOK_LOG_FORMAT": "json",
        }
        if "redis" in process.proxies:
            own["REDIS_URL"] = f"redis://127.0.0.1:{process.proxies['redis'].port}/0"
        if "nats" in process.proxies:
            address = f"nats://127.0.0.1:{process.proxies['nats'].port}"
            own["RUSTOK_STREAMING__NATS_URLS"] = address
        return {**kept, **own, **self.settings}

    async def open(self) -> None:
        """Starts servers, migrates, makes tenants, starts processes, waits for the API."""
        _install(self.folder / "site")
        servers = [self.postgres, self.nats, self.redis]
        await asyncio.gather(*(server.start() for server in servers if server is not None))
        await migrate(self.postgres.url(), Modules([*installed(), MODULE]), SECRET)
        async with self.host() as host:
            for slug in TENANTS:
                self.tenants[slug] = await _tenant(host, slug)
        for kind, count in (
            ("serve", self.shape.serve),
            ("relay", self.shape.relay),
            ("index", self.shape.index),
        ):
            for _ in range(count):
                await self.add(kind)
        await asyncio.gather(*(self.ready(process) for process in self.named("serve")))

    async def close(self) -> None:
        """Ends everything."""
        self.heal()
        await asyncio.gather(*(process.child.stop() for process in self.processes.values()))
        await asyncio.gather(*(proxy.stop() for proxy in self.proxies()))
        for server in (self.nats, self.redis):
            if server is not None:
                await server.child.stop()
        await self.postgres.child.stop(number=_FAST_SHUTDOWN)

    async def transport(self, name: str) -> None:
        """Has the workers use another transport, one after the other, as an operator would."""
        self.settings["RUSTOK_EVENTS_TRANSPORT"] = name
        for process in self.processes.values():
            process.child.environment = self.environment(process)
            if process.kind != "serve":
                await process.child.restart()

    def said(self) -> Mapping[str, str]:
        """The end of every process's log."""
        return {name: process.child.said() for name, process in self.processes.items()}


@asynccontextmanager
async def opened(folder: Path, shape: Shape, seed: int) -> AsyncIterator[World]:
    """A world in an empty folder, for the duration of the block."""
    world = World(folder, shape, seed)
    try:
        await world.open()
        yield world
    finally:
        await world.close()


async def _tenant(host: Host, slug: str) -> TenantRef:
    given = TenantCreate(slug=slug, name=slug.title(), locales=("en",), currency="EUR")
    tenant = await host.get(TenantService).create(given)
    user = NewUser(email=EMAIL, password=USER_PASSWORD, name="Admin", roles=("admin",))
    await host.get(UserService).create(system_context(tenant), user)
    return tenant


def _install(site: Path) -> None:
    """Makes the rig's module one that is installed, as pip would."""
    folder = site / "rustok_crash-0.1.0.dist-info"
    folder.mkdir(parents=True)
    for name, text in _DISTRIBUTION.items():
        (folder / name).write_text(text)
