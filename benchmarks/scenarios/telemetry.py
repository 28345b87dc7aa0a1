"""What reading costs with all telemetry on, beside none: traces of every request, numbers, logs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import msgspec

from benchmarks import stage
from benchmarks.figures import Figure
from benchmarks.load import compared, request
from rustok.core.context import Context

TARGET: Final = 1 / 0.9
"""Throughput of at least 0.9: a request may cost that much more."""
_ANSWER: Final = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


async def measure(place: stage.Place, shop: Context) -> Figure:
    """CPU time a read, of the application's process, everything that it exports included."""
    host = f"{shop.tenant.slug}.localhost"
    handle = next(iter(await stage.products(place, shop)))
    paths = ("/api/v1/store/products?limit=20", f"/api/v1/store/products/{handle}")
    async with collector() as endpoint:
        everything = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
            "OTEL_TRACES_SAMPLER": "always_on",
            "RUSTOK_TELEMETRY__TENANT_LABEL": "true",
            "RUSTOK_LOG_FORMAT": "json",
        }
        async with (
            place.running("serve", also=everything) as telling,
            place.running("serve", also={"OTEL_SDK_DISABLED": "true"}) as silent,
        ):
            sides = [msgspec.structs.replace(each, host=host) for each in (telling, silent)]
            on, off = [(each, [request(each, path) for path in paths]) for each in sides]
            told, untold = await compared(on, off)
    return Figure(
        name="REST reads, all telemetry on, to off",
        measured=told.application / untold.application,
        unit="ratio",
        target=TARGET,
        details={
            "application_ms": told.application,
            "application_off_ms": untold.application,
            "throughput": untold.application / told.application,
        },
    )


@asynccontextmanager
async def collector() -> AsyncIterator[str]:
    """Takes whatever is sent by OTLP and forgets it; gives its endpoint."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
                await reader.readexactly(length)
                writer.write(_ANSWER)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
