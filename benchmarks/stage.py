"""What every scenario stands on: a PostgreSQL of its own, tenants with catalogues, servers."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec

from benchmarks import catalogue
from benchmarks.load import RefusedLoad, Server
from benchmarks.processes import server_pid
from rustok.app.bootstrap import open_host, urls
from rustok.app.migrate.runner import migrate
from rustok.app.postgres import EmbeddedPostgres, RunningPostgres
from rustok.app.settings import Config, load
from rustok.app.workers import all_workers
from rustok.auth.types import NewUser
from rustok.auth.users import UserService
from rustok.core.context import Context, system_context
from rustok.core.host import Host
from rustok.core.modules.registry import Modules, installed
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantCreate
from rustok.testing.databases import SECRET
from rustok.testing.live import serving

EMAIL = "admin@example.com"
PASSWORD = "correct horse battery"
_COPIES_AT_ONCE = 250
_LOOK_SECONDS = 0.1
_ROUTINE = "[info "
_BACKLOG = """
    SELECT (SELECT count(*) FROM sys_events WHERE position IS NULL)
        + coalesce(max(h.position - coalesce(c.position, 0)), 0)
    FROM sys_consumers n CROSS JOIN sys_tenant_heads h
    LEFT JOIN sys_cursors c ON c.tenant_id = h.tenant_id AND c.consumer = n.name
"""
_GROWTH = (Path(__file__).parent / "growth.sql").read_text()


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A PostgreSQL server and folder of this run; `database` is migrated."""

    home: Path
    server: RunningPostgres
    database: str
    modules: Modules
    config: Config

    @property
    def environment(self) -> dict[str, str]:
        """Variables for a process of the program that uses the database."""
        return {"DATABASE_URL": self.url(self.database), "SECRET_KEY": SECRET}

    def url(self, database: str) -> str:
        """The owner's URL of a database."""
        return self.server.url(database=database)

    @asynccontextmanager
    async def host(self) -> AsyncIterator[Host]:
        """Every module in this process, to fill the database through its services."""
        where = urls(self.url(self.database), SECRET, self.config)
        async with open_host(self.config, self.modules, where, SECRET, workers=True) as host:
            yield host

    @asynccontextmanager
    async def running(
        self, *command: str, also: Mapping[str, str] | None = None
    ) -> AsyncIterator[Server]:
        """The program serving the database, in a process of its own, with further variables.

        Where it refused a load, what it said is told.
        """
        home = Path(tempfile.mkdtemp(dir=self.home))
        variables = self.environment | dict(also or {})
        async with serving(None, home, *command, also=variables) as live:
            try:
                yield Server(url=live.url, pids=(live.pid, server_pid(self.server)))
            except RefusedLoad:
                sys.stderr.writelines(line for line in live.said if _ROUTINE not in line)
                raise

    @asynccontextmanager
    async def baseline(self, tenant: Context) -> AsyncIterator[Server]:
        """The raw application on a tenant's rows, in a process of its own."""
        command = ["-m", "benchmarks.baseline", self.url(self.database), str(tenant.tenant.id)]
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            address = (await process.stdout.readline()).decode().strip()
            yield Server(url=f"http://{address}", pids=(process.pid, server_pid(self.server)))
        finally:
            process.kill()
            await process.wait()

    async def owner(self, database: str | None = None) -> Any:
        """A connection of the owner."""
        return await asyncpg.connect(self.url(database or self.database))


@contextmanager
def folder() -> Iterator[Path]:
    """A folder of this run, which the account of the database's server may enter."""
    home = Path(tempfile.mkdtemp(prefix="rustok-bench-"))
    home.chmod(0o755)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@asynccontextmanager
async def place() -> AsyncIterator[Place]:
    """A fresh server with the settings that `rustok run` gives it, fsync included."""
    modules = installed()
    config = load({"SECRET_KEY": SECRET}, modules)
    with folder() as home, EmbeddedPostgres.start(home) as server:
        try:
            found = Place(
                home=home, server=server, database="platform", modules=modules, config=config
            )
            owner = await found.owner("postgres")
            await owner.execute("CREATE DATABASE platform")
            await owner.close()
            await migrate(found.url("platform"), modules, SECRET)
            yield found
        finally:
            server.stop()
            EmbeddedPostgres.remove(home)


async def shop(host: Host, slug: str, products: int = catalogue.PRODUCTS) -> Context:
    """A tenant with the generated catalogue and an administrator; its documents are not made."""
    given = TenantCreate(slug=slug, name=slug.title(), locales=("en",), currency="EUR")
    ctx = system_context(await host.get(TenantService).create(given))
    await catalogue.fill(host, ctx, products)
    user = NewUser(email=EMAIL, password=PASSWORD, name="Admin", roles=("admin",))
    await host.get(UserService).create(ctx, user)
    return ctx


async def settle(host: Host) -> None:
    """Makes the documents of all that was written."""
    await all_workers(host).settle()


async def backlog(place: Place) -> int:
    """How many events are not numbered yet, or not passed by the consumer furthest behind."""
    owner = await place.owner()
    found: int = await owner.fetchval(_BACKLOG)
    await owner.close()
    return found


async def caught_up(place: Place) -> None:
    """Waits until the workers of a running server have nothing left to do."""
    while True:
        if not await backlog(place):
            return
        await asyncio.sleep(_LOOK_SECONDS)


async def grow(place: Place, ctx: Context, products: int) -> None:
    """Copies the tenant's documents until there are so many."""
    owner = await place.owner()
    ids = await owner.fetchval(
        "SELECT array_agg(id) FROM index_products WHERE tenant_id = $1", ctx.tenant.id
    )
    copies = products // len(ids) - 1
    for start in range(1, copies + 1, _COPIES_AT_ONCE):
        last = min(start + _COPIES_AT_ONCE - 1, copies)
        await owner.execute(_GROWTH, ctx.tenant.id, start, last, ids)
    await owner.execute("VACUUM (ANALYZE) index_products")
    await owner.execute("CHECKPOINT")  # what filling left to write is no request's
    await owner.close()


async def products(place: Place, ctx: Context) -> dict[str, str]:
    """The ids of the tenant's products by their handles."""
    owner = await place.owner()
    rows = await owner.fetch(
        "SELECT handle, body::json ->> 'id' FROM index_products WHERE tenant_id = $1 ORDER BY id",
        ctx.tenant.id,
    )
    await owner.close()
    return {row[0]: row[1] for row in rows}


async def token(server: Server) -> str:
    """An access token of the tenant's administrator."""
    async with httpx.AsyncClient(base_url=server.url, headers={"host": server.host}) as web:
        answer = await web.post("/api/v1/auth/login", json={"email": EMAIL, "password": PASSWORD})
        answer.raise_for_status()
        return str(answer.json()["accessToken"])
