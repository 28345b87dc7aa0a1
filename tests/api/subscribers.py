"""A real server in the test's own process, and clients that subscribe to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from rustok.app.asgi import asgi
from rustok.app.bootstrap import open_host
from rustok.app.processes.http_server import HttpServer
from rustok.app.processes.listener import address, listen
from rustok.app.web.subscriptions.hub import Hub
from rustok.app.web.subscriptions.settings import SubscriptionSettings
from rustok.app.workers import all_workers
from rustok.auth.settings import AuthSettings
from rustok.commerce.catalog.service import ProductService
from rustok.commerce.catalog.types import ProductCreate, ProductResult
from rustok.core.context import Context, TenantRef
from rustok.core.feed import Feed
from rustok.core.host import Host
from rustok.outbox.feed import LogFeed
from rustok.outbox.settling import settle
from rustok.outbox.wakeups import Wakeups
from rustok.testing.databases import SECRET, TestDatabase

PROTOCOL = Subprotocol("graphql-transport-ws")
LIMIT_SECONDS = 10.0
CHANGED = "subscription ($id: ID) { productChanged(id: $id) { productId kind version } }"


class Stage(msgspec.Struct, frozen=True):
    """A server that serves, with its workers; `at` is where it listens."""

    host: Host
    at: str

    @property
    def hub(self) -> Hub:
        """What streams at this moment."""
        return self.host.get(Hub)

    @property
    def feed(self) -> LogFeed:
        """Who listens to the log."""
        found = self.host.get(Feed)
        assert isinstance(found, LogFeed)
        return found

    async def settle(self) -> None:
        """Waits until the documents of products show all that was written."""
        assert self.host.worker is not None
        await settle(self.host.worker, self.host.get(Wakeups), ["index.products"])

    @asynccontextmanager
    async def client(
        self, tenant: TenantRef, token: str | None = None, **settings: Any
    ) -> AsyncIterator["Client"]:
        """A client that has initialised its connection."""
        async with self.connected(tenant, **settings) as found:
            await found.initialise(token)
            yield found

    @asynccontextmanager
    async def connected(self, tenant: TenantRef, **settings: Any) -> AsyncIterator["Client"]:
        """A client that has said nothing yet."""
        wanted = {"subprotocols": [PROTOCOL], "ping_interval": None, "close_timeout": 1} | settings
        url = f"ws://{self.at}/t/{tenant.slug}/graphql"
        async with connect(url, **wanted) as connection:
            yield Client(connection)

    async def is_empty(self) -> None:
        """Waits until nobody is connected and nothing runs for anybody."""
        await until(
            lambda: (
                not self.hub.connections and not self.hub.operations and self.feed.listeners == 0
            )
        )


class Client:
    """One WebSocket; messages are told as dictionaries."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def initialise(self, token: str | None = None) -> None:
        """Says who it is, and is acknowledged."""
        message: dict[str, Any] = {"type": "connection_init"}
        if token is not None:
            message["payload"] = {"Authorization": f"Bearer {token}"}
        await self.send(message)
        assert await self.receive() == {"type": "connection_ack"}

    async def send(self, message: Mapping[str, Any] | str | bytes) -> None:
        """Sends a message; a text or bytes as they are."""
        raw = message if isinstance(message, str | bytes) else json.dumps(message)
        await self.connection.send(raw)

    async def subscribe(self, key: str, query: str, **variables: Any) -> None:
        """Begins an operation."""
        payload = {"query": query, "variables": variables}
        await self.send({"id": key, "type": "subscribe", "payload": payload})

    async def receive(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(LIMIT_SECONDS):
            found: dict[str, Any] = json.loads(await self.connection.recv())
        return found

    async def told(self, key: str) -> dict[str, Any]:
        """The data of the next answer to an operation, which has no errors."""
        message = await self.receive()
        assert (message["id"], message["type"]) == (key, "next"), message
        assert "errors" not in message["payload"], message
        data: dict[str, Any] = message["payload"]["data"]
        return data

    async def refusal(self, key: str) -> str:
        """The code of the error that ends an operation."""
        message = await self.receive()
        assert (message["id"], message["type"]) == (key, "error"), message
        code: str = message["payload"][0]["extensions"]["code"]
        return code

    async def answer(self, key: str, query: str, **variables: Any) -> Any:
        """The data of an operation that is answered once."""
        await self.subscribe(key, query, **variables)
        data = await self.told(key)
        assert await self.receive() == {"id": key, "type": "complete"}
        return data

    async def closed(self) -> int:
        """The code that the server closes with, whatever it says before."""
        async with asyncio.timeout(LIMIT_SECONDS):
            try:
                while True:
                    await self.connection.recv()
            except ConnectionClosed:
                code = self.connection.close_code
        assert code is not None
        return code


@asynccontextmanager
async def serving_here(
    database: TestDatabase, *, access_seconds: int | None = None, **settings: Any
) -> AsyncIterator[Stage]:
    """A server with these settings of subscriptions, until the end of the block."""
    sections = dict(database.config.sections)
    sections["graphql_subscriptions"] = SubscriptionSettings(**settings)
    if access_seconds is not None:
        sections["auth"] = AuthSettings(access_seconds=access_seconds, leeway_seconds=0)
    config = msgspec.structs.replace(database.config, sections=sections)
    async with open_host(config, database.modules, database.urls, SECRET, workers=True) as host:
        stopping = asyncio.Event()
        listener = listen("127.0.0.1", 0)
        at = address(listener)
        edge = asgi(host)
        parts = (HttpServer(edge, listener, leave=edge.leave), all_workers(host))
        tasks = [asyncio.create_task(part.run(stopping)) for part in parts]
        try:
            yield Stage(host, at)
        finally:
            stopping.set()
            await asyncio.gather(*tasks)


async def until(condition: Callable[[], bool]) -> None:
    """Waits until it holds."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while not condition():  # noqa: ASYNC110  # counts of the server tell nobody
            await asyncio.sleep(0.01)


async def make_product(
    host: Host, ctx: Context, title: str = "Lamp", *, description: str = ""
) -> ProductResult:
    """A product that is a draft."""
    given = ProductCreate(title=title, description_html=description)
    return await host.get(ProductService).create(ctx, given)
