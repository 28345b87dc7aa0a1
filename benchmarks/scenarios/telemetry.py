"""What reading costs with all telemetry on, beside none: traces of every request, numbers, logs."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median
from typing import Final

import msgspec

from benchmarks import stage
from benchmarks.figures import Figure
from benchmarks.load import Server, put_load, request
from benchmarks.processes import cpu_seconds
from rustok.core.context import Context

TARGET: Final = 1 / 0.9
"""Throughput of at least 0.9: a request may cost that much more."""
STARTS: Final = 5
ROUNDS: Final = 3
ROUND_SECONDS: Final = 0.8
_ANSWER: Final = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


async def measure(place: stage.Place, shop: Context) -> Figure:
    """CPU time a read, of the application's process, everything that it exports included.

    All servers are asked in turns, in many short rounds, and what counts is the median of the
    rounds' own ratios: on a machine with neighbours the servers meet the same weather so. They are
    started anew now and then: where a process has its memory makes a difference of some hundredths.
    """
    host = f"{shop.tenant.slug}.localhost"
    handle = next(iter(await stage.products(place, shop)))
    paths = ("/api/v1/store/products?limit=20", f"/api/v1/store/products/{handle}")
    rounds: list[dict[str, float]] = []
    for _ in range(STARTS):
        async with collector() as endpoint, AsyncExitStack() as stack:
            servers = {}
            for name, also in _environments(endpoint).items():
                live = await stack.enter_async_context(place.running("serve", also=also))
                servers[name] = msgspec.structs.replace(live, host=host)
            rounds += [round_ async for round_ in _rounds(servers, paths)]
    return Figure(
        name="REST reads, all telemetry on, to off",
        measured=median(each["all"] / each["none"] for each in rounds),
        unit="ratio",
        target=TARGET,
        details={
            "application_ms": median(each["all"] for each in rounds),
            "application_off_ms": median(each["none"] for each in rounds),
            "throughput": median(each["none"] / each["all"] for each in rounds),
            "throughput_of_one_in_ten": median(each["none"] / each["tenth"] for each in rounds),
        },
    )


def _environments(endpoint: str) -> dict[str, dict[str, str]]:
    everything = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_TRACES_SAMPLER": "always_on",
        "RUSTOK_TELEMETRY__TENANT_LABEL": "true",
        "RUSTOK_LOG_FORMAT": "json",
    }
    tenth = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.1"}
    return {
        "all": everything,
        "none": {"OTEL_SDK_DISABLED": "true"},
        "tenth": everything | tenth,
    }


async def _rounds(
    servers: Mapping[str, Server], paths: Sequence[str]
) -> AsyncIterator[dict[str, float]]:
    """Milliseconds of CPU a request by server, the first round of each being none."""
    for number in range(ROUNDS + 1):
        order = list(servers)[:: 1 if number % 2 else -1]
        found = {}
        for name in order:
            server = servers[name]
            before = cpu_seconds(server.pids[:1])
            requests = [request(server, path) for path in paths]
            outcome = await put_load(server, requests, seconds=ROUND_SECONDS)
            used = cpu_seconds(server.pids[:1]) - before
            found[name] = used / outcome.answers * 1_000
        if number:
            yield found


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
