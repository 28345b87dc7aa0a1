"""A server that is asked to end says so to everybody who listens."""

import asyncio
import os
import signal

import httpx
from websockets.asyncio.client import connect

from rustok.core.context import TenantRef
from rustok.testing.live import LiveServer
from tests.api.subscribers import CHANGED, PROTOCOL, Client


async def test_sockets_and_streams_end_with_the_server(
    live_server: LiveServer, tenant: TenantRef
) -> None:
    url = f"{live_server.tenant_url(tenant.slug)}/graphql"
    async with (
        connect(url.replace("http", "ws", 1), subprotocols=[PROTOCOL]) as connection,
        connect(url.replace("http", "ws", 1), subprotocols=[PROTOCOL]) as silent,
        httpx.AsyncClient(headers={"accept": "text/event-stream"}) as http,
        http.stream("POST", url, json={"query": CHANGED}) as stream,
    ):
        client = Client(connection)
        await client.initialise()
        await client.subscribe("1", CHANGED)
        assert await client.answer("2", "{ version }")
        os.kill(live_server.pid, signal.SIGTERM)
        assert await client.closed() == 1001
        assert await Client(silent).closed() == 1001
        async with asyncio.timeout(10):
            assert set(await stream.aread()) <= set(b":\n")
