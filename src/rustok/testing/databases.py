"""Real databases for tests: a migrated template once per run, a clone for whoever commits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import msgspec

from rustok.app.bootstrap import Urls, urls
from rustok.app.migrate.fingerprint import fingerprint
from rustok.app.migrate.runner import migrate
from rustok.app.settings import Config
from rustok.core.modules.registry import Modules
from rustok.core.sql.discover import queries

SECRET = "a secret for tests, of more than 32 characters"  # noqa: S105  # tests only
_TEMPLATE_LOCK = 0x7465_7374


class TestDatabase(msgspec.Struct, frozen=True):
    """A migrated database of its own."""

    __test__ = False

    name: str
    urls: Urls
    config: Config
    modules: Modules

    @property
    def owner_url(self) -> str:
        """The superuser's URL."""
        return self.urls.owner

    @property
    def runtime_url(self) -> str:
        """The runtime role's URL."""
        return self.urls.runtime

    @property
    def worker_url(self) -> str:
        """The worker role's URL."""
        return self.urls.worker


def with_database(url: str, name: str) -> str:
    """The URL with another database in its path."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def template(server_url: str, modules: Modules) -> str:
    """The name of a migrated template on the server, made by whichever process comes first."""
    shape = fingerprint(modules, (query for _, query in queries(modules)))
    name = f"rustok_template_{shape[:12]}"
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _TEMPLATE_LOCK)
        known = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
        if not known:
            building = f"{name}_building"
            await connection.execute(f'DROP DATABASE IF EXISTS "{building}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{building}"')
            await migrate(with_database(server_url, building), modules, SECRET)
            await connection.execute(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
    finally:
        await connection.close()
    return name


@asynccontextmanager
async def clone(
    server_url: str, template_name: str, config: Config, modules: Modules
) -> AsyncIterator[TestDatabase]:
    """A copy of the template, dropped at the end."""
    name = f"t_{uuid4().hex[:16]}"
    owner = with_database(server_url, name)
    connection = await asyncpg.connect(server_url)
    try:
        await _create(connection, name, template_name)
        login = with_database(server_url, f"{template_name}_building")
        derived = urls(login, SECRET, config)
        yield TestDatabase(
            name=name,
            urls=Urls(
                owner=owner,
                runtime=with_database(derived.runtime, name),
                worker=with_database(derived.worker, name),
            ),
            config=config,
            modules=modules,
        )
    finally:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.close()


async def _create(connection: asyncpg.Connection, name: str, template_name: str) -> None:
    for attempt in range(20):
        try:
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template_name}"')
        except asyncpg.ObjectInUseError:  # another worker copies it at this moment
            if attempt == 19:
                raise
            await asyncio.sleep(0.05 * (attempt + 1))
        else:
            return
