"""The pytest plugin: `pytest_plugins = ["rustok.testing.plugin"]`."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest

from rustok.app.bootstrap import open_host
from rustok.app.postgres import EmbeddedPostgres
from rustok.app.settings import load
from rustok.app.workers import all_workers
from rustok.core.context import Context, TenantRef, system_context
from rustok.core.host import Host
from rustok.core.modules.registry import Modules, installed
from rustok.core.signals import Signals
from rustok.outbox.wakeups import CHANNEL
from rustok.tenant.service import TenantService
from rustok.tenant.types import TenantCreate
from rustok.testing.databases import SECRET, TestDatabase, clone, template
from rustok.testing.folders import server_folder
from rustok.testing.live import LiveServer, serving

pytest.register_assert_rewrite("rustok.testing.conformance")
pytest_plugins = ("rustok.testing.http", "rustok.testing.streams")
SERVER_VARIABLE = "RUSTOK_TEST_DATABASE_URL"
SERVER_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


@pytest.fixture(scope="session")
def modules() -> Modules:
    """Every installed module, third parties' included."""
    return installed()


def pytest_configure(config: pytest.Config) -> None:
    """Starts one embedded server for the run, before xdist starts its workers."""
    if hasattr(config, "workerinput") or os.environ.get(SERVER_VARIABLE):
        return
    home = server_folder()
    server = EmbeddedPostgres.start(home, settings=SERVER_SETTINGS)
    os.environ[SERVER_VARIABLE] = server.url("postgres", "postgres")

    def stop() -> None:
        server.stop()
        EmbeddedPostgres.remove(home)
        del os.environ[SERVER_VARIABLE]
        shutil.rmtree(home, ignore_errors=True)

    config.add_cleanup(stop)


@pytest.fixture(scope="session")
def server_url() -> str:
    """A superuser's URL of a PostgreSQL server: the given one, or the one of this run."""
    return os.environ[SERVER_VARIABLE]


@pytest.fixture(scope="session")
def templates() -> dict[frozenset[str], str]:
    """The migrated templates of this run by the modules in them: folders may have fewer."""
    return {}


@pytest.fixture
async def database(
    server_url: str, templates: dict[frozenset[str], str], modules: Modules
) -> AsyncIterator[TestDatabase]:
    """A migrated database of the test's own."""
    names = frozenset(modules.names)
    if names not in templates:
        templates[names] = await template(server_url, modules)
    config = load({"SECRET_KEY": SECRET}, modules)
    async with clone(server_url, templates[names], config, modules) as found:
        yield found


@pytest.fixture
async def host(database: TestDatabase) -> AsyncIterator[Host]:
    """Every module built on the test's database, worker role included; nothing runs by itself."""
    async with open_host(
        database.config, database.modules, database.urls, SECRET, workers=True
    ) as found:
        yield found


@pytest.fixture
async def tenant(host: Host) -> TenantRef:
    """A tenant with English and German, in EUR."""
    given = TenantCreate(slug="acme", name="Acme", locales=("en", "de"), currency="EUR")
    return await host.get(TenantService).create(given)


@pytest.fixture
async def other_tenant(host: Host) -> TenantRef:
    """A second tenant, in German and CHF."""
    given = TenantCreate(slug="other", name="Other", default_locale="de", currency="CHF")
    return await host.get(TenantService).create(given)


@pytest.fixture
def ctx(tenant: TenantRef) -> Context:
    """The platform acting for the tenant."""
    return system_context(tenant)


@pytest.fixture
def other_ctx(other_tenant: TenantRef) -> Context:
    """The platform acting for the second tenant."""
    return system_context(other_tenant)


@pytest.fixture
def settle(host: Host) -> Callable[[], Awaitable[None]]:
    """`await settle()`: everything committed so far is sequenced, applied and heard of.

    By this process: what other workers have begun meanwhile is not waited for.
    """
    hears = Hearing(host)

    async def settled() -> None:
        await all_workers(host).settle()
        await hears.all()

    return settled


class Hearing:
    """Knows when the host has heard every signal that was sent before.

    Signals come in the order of commits: whoever hears their own has heard all earlier ones.
    """

    def __init__(self, host: Host) -> None:
        self._signals = host.get(Signals)
        self._text = f"test {uuid4().hex}"
        self._heard = asyncio.Event()
        self._signals.listen(CHANNEL, self._listen)

    async def all(self) -> None:
        """Waits until it has; a host that does not listen any more forgets instead."""
        self._heard.clear()
        await self._signals.send(CHANNEL, self._text)
        async with asyncio.timeout(10):
            await self._heard.wait()

    def _listen(self, text: str) -> None:
        if text in {self._text, ""}:
            self._heard.set()


@pytest.fixture
async def live_server(database: TestDatabase, tmp_path: Path) -> AsyncIterator[LiveServer]:
    """`rustok run` on the test's database, in a process of its own, on a free port."""
    async with serving(database, tmp_path / "home") as found:
        yield found
