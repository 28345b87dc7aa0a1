"""While the database is gone, requests say so; when it is back, they work, without a restart."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import msgspec
import pytest

from rustok.app.bootstrap import open_host
from rustok.app.settings import load
from rustok.core.context import TenantRef, system_context
from rustok.core.health import LIMIT_SECONDS, SHARED_SECONDS
from rustok.core.host import Host
from rustok.testing.databases import SECRET, TestDatabase
from rustok.testing.operations import error_codes
from tests.api.callers import Caller, administrator


class Line:
    """A socket before the database's, which can be cut, or go silent."""

    def __init__(self, url: str, folder: Path) -> None:
        self._socket = folder / ".s.PGSQL.5432"
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self._host = query.get("host", [parts.hostname or "localhost"])[0]
        self._port = int(query.get("port", [parts.port or 5432])[0])
        self._folder = folder
        self._server: asyncio.Server | None = None
        self._streams: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()

    def url(self, url: str) -> str:
        """The URL with this line instead of the server's own address."""
        parts = urlsplit(url)
        login = f"{parts.username}:{parts.password}@" if parts.password else f"{parts.username}@"
        return f"postgresql://{login}{parts.path}?host={quote(str(self._folder))}&port=5432"

    async def open(self) -> None:
        """Lets connections through."""
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_unix_server(self._connected, self._socket)

    async def cut(self) -> None:
        """Ends all connections and takes none, as a server that was switched off."""
        assert self._server is not None
        self._server.close()
        self._server = None
        self._socket.unlink(missing_ok=True)
        for stream in list(self._streams):
            stream.transport.abort()

    async def silence(self) -> None:
        """Passes nothing on, and says nothing, as a network that swallows everything."""
        self._flowing.clear()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._host.startswith("/"):
            path = f"{self._host}/.s.PGSQL.{self._port}"
            there, back = await asyncio.open_unix_connection(path)
        else:
            there, back = await asyncio.open_connection(self._host, self._port)
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._streams.add(writer)
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        self._streams.discard(writer)
        writer.close()


@pytest.fixture
async def line(database: TestDatabase) -> AsyncIterator[Line]:
    """The way to the test's database."""
    folder = Path(tempfile.mkdtemp(prefix="rustok-line-"))
    found = Line(database.owner_url, folder)
    await found.open()
    yield found
    await found.open()
    await found.cut()
    shutil.rmtree(folder)


@pytest.fixture
async def host(database: TestDatabase, line: Line) -> AsyncIterator[Host]:
    """The platform, which reaches its database only through the line; requests have 2 s."""
    limit = {"SECRET_KEY": SECRET, "RUSTOK_DATABASE__REQUEST_TIMEOUT_SECONDS": "2"}
    config = load(limit, database.modules)
    where = msgspec.structs.replace(
        database.urls,
        runtime=line.url(database.urls.runtime),
        worker=line.url(database.urls.worker),
    )
    async with open_host(config, database.modules, where, SECRET, workers=True) as found:
        yield found


async def eventually(ask: Callable[[], Awaitable[int]], wanted: int, seconds: float) -> None:
    """Asks until the answer is the wanted one."""
    async with asyncio.timeout(seconds):
        while await ask() != wanted:  # noqa: ASYNC110  # the server sends no event
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("loss", "codes"),
    [
        (Line.cut, {"DATABASE_UNAVAILABLE"}),
        (Line.silence, {"DATABASE_UNAVAILABLE", "DEADLINE_EXCEEDED"}),
    ],
)
async def test_requests_say_so_and_recover(
    client: httpx.AsyncClient,
    host: Host,
    line: Line,
    tenant: TenantRef,
    loss: Callable[[Line], Awaitable[None]],
    codes: set[str],
) -> None:
    admin = await administrator(client, host, system_context(tenant))
    visitor = Caller(client, tenant.slug)

    async def readiness() -> int:
        return (await client.get("/health/ready")).status_code

    async def shopping() -> int:
        return (await visitor.rest("GET", "/store/products")).status_code

    assert (await readiness(), await shopping()) == (200, 200)
    await loss(line)
    await eventually(readiness, 503, LIMIT_SECONDS + SHARED_SECONDS + 2)
    assert (await client.get("/health/live")).status_code == 200
    async with asyncio.timeout(10):
        answers = await asyncio.gather(
            visitor.rest("GET", "/store/products"),
            visitor.rest("GET", "/store/categories"),
            visitor.raw("{ products { totalCount } }"),
            admin.rest("GET", "/admin/users"),
            admin.rest("POST", "/admin/products", {"title": "Lamp"}),
            admin.rest("POST", "/admin/products", {"title": "Lamp"}, idempotency_key="k1"),
            client.get("/api/v1/store/tenant", headers={"host": "nobody.localhost"}),
        )
    for answer in answers:
        assert error_codes(answer) <= codes, answer.text
        assert error_codes(answer), answer.text
        assert answer.status_code == 503 or answer.request.url.path == "/graphql"
    await line.open()
    await eventually(readiness, 200, 15)
    await eventually(shopping, 200, 15)
    assert (await admin.rest("POST", "/admin/products", {"title": "Lamp"})).status_code == 201
