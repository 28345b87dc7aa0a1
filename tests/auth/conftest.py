"""A tenant with people in it, on a clock that the test turns and with cheap, counted hashes."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import msgspec
import pytest

from rustok.app.bootstrap import Urls, open_host
from rustok.app.settings import load
from rustok.auth.service import AuthService, UserService
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.testing.actors import as_anonymous
from rustok.testing.databases import SECRET, TestDatabase
from tests.auth.people import CHEAP, Clock, People


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def environ() -> dict[str, str]:
    """The settings a test runs with."""
    return {"SECRET_KEY": SECRET, **CHEAP}


class Processes:
    """Opens further hosts on the test's database: each is what another process would be."""

    def __init__(self, database: TestDatabase, clock: Clock, environ: dict[str, str]) -> None:
        self._database = database
        self._clock = clock
        self._environ = environ

    def open(self, urls: Urls | None = None, **changes: str) -> AbstractAsyncContextManager[Host]:
        config = load({**self._environ, **changes}, self._database.modules)
        secret = config.platform.secret_key or SECRET
        return open_host(
            config,
            self._database.modules,
            urls or self._database.urls,
            secret,
            workers=True,
            clock=self._clock,
        )


@pytest.fixture
def processes(database: TestDatabase, clock: Clock, environ: dict[str, str]) -> Processes:
    return Processes(database, clock, environ)


@pytest.fixture
async def host(processes: Processes) -> AsyncIterator[Host]:
    async with processes.open() as found:
        yield found


@pytest.fixture
def auth(host: Host) -> AuthService:
    return host.get(AuthService)


@pytest.fixture
def users(host: Host) -> UserService:
    return host.get(UserService)


@pytest.fixture
def visitor(ctx: Context) -> Context:
    """Somebody unknown, at a network address."""
    return msgspec.structs.replace(as_anonymous(ctx), address="203.0.113.7")


@pytest.fixture
def people(host: Host, ctx: Context, visitor: Context) -> People:
    return People(host, ctx, visitor)
