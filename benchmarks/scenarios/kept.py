"""GraphQL over HTTP on one core: a list from the response cache, and one from stored documents."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import httpx
import msgspec

from benchmarks.figures import Figure
from benchmarks.load import SECONDS, WARM_SECONDS, Server, put_load, request
from benchmarks.processes import cpu_seconds, server_pid
from benchmarks.scenarios.graphql import QUERY
from benchmarks.stage import Place
from rustok.core.context import Context
from rustok.testing.live import serving

CONNECTIONS = 32
REPEATS = 5
Side = tuple[Server, Sequence[bytes]]
_BODY = msgspec.json.encode({"query": QUERY, "variables": {"first": 20}})


class Pace(msgspec.Struct, frozen=True):
    """Answers a second, and CPU milliseconds an answer: of the application, and in all."""

    rate: float
    application: float
    total: float


async def measure(place: Place, shop: Context) -> Sequence[Figure]:
    """What a kept answer costs beside a static one, and what an answer from documents costs."""
    async with _served(place, shop, {}) as server, _static(await _answer(server)) as static:
        kept = [
            await _beside_static(f"by {method}", server, static, method)
            for method in ("GET", "POST")
        ]
    async with _served(place, shop, {"RUSTOK_GRAPHQL__RESPONSE_CACHE": "0"}) as server:
        ours = [request(server, "/graphql", method="POST", body=_BODY)]
        await put_load(server, ours, seconds=WARM_SECONDS, connections=CONNECTIONS)
        stored = _median([await _pace(server, ours) for _ in range(REPEATS)])
    return (
        *kept,
        Figure(
            name="GraphQL list from documents",
            measured=stored.total,
            unit="CPU ms",
            target=0.5,
            details={"application_ms": stored.application, "per_second": stored.rate},
        ),
        Figure(
            name="GraphQL list from documents, one after the other",
            measured=1000 / stored.rate,
            unit="ms",
            target=1000 / 2500,
        ),
    )


async def _beside_static(how: str, server: Server, static: Server, method: str) -> Figure:
    kept, raw = await _turns(_asking(server, method), _asking(static, method))
    return Figure(
        name=f"GraphQL list from the response cache {how}, to a static answer",
        measured=kept.application / raw.application,
        unit="times",
        target=1 / 0.55,
        details={
            "cpu_ms": kept.application,
            "static_cpu_ms": raw.application,
            "per_second": kept.rate,
            "static_per_second": raw.rate,
        },
    )


def _asking(server: Server, method: str) -> Side:
    if method == "POST":
        return server, [request(server, "/graphql", method=method, body=_BODY)]
    query = urlencode({"query": QUERY, "variables": '{"first":20}'})
    return server, [request(server, f"/graphql?{query}")]


async def _turns(ours: Side, static: Side) -> tuple[Pace, Pace]:
    sides = (ours, static)
    for side in sides:
        await put_load(*side, seconds=WARM_SECONDS, connections=CONNECTIONS)
    found: tuple[list[Pace], list[Pace]] = ([], [])
    for _ in range(REPEATS):
        for side, paces in zip(sides, found, strict=True):
            paces.append(await _pace(*side))
    return _median(found[0]), _median(found[1])


async def _pace(server: Server, requests: Sequence[bytes]) -> Pace:
    before = [cpu_seconds([pid]) for pid in server.pids]
    outcome = await put_load(server, requests, seconds=SECONDS, connections=CONNECTIONS)
    used = [cpu_seconds([pid]) - start for pid, start in zip(server.pids, before, strict=True)]
    each = 1000 / outcome.answers
    return Pace(outcome.answers / SECONDS, used[0] * each, sum(used) * each)


def _median(paces: Sequence[Pace]) -> Pace:
    return Pace(
        median(each.rate for each in paces),
        median(each.application for each in paces),
        median(each.total for each in paces),
    )


async def _answer(server: Server) -> bytes:
    headers = {"host": server.host, "content-type": "application/json"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as web:
        answer = await web.post("/graphql", content=_BODY)
        answer.raise_for_status()
        return answer.content


@asynccontextmanager
async def _served(
    place: Place, shop: Context, settings: Mapping[str, str]
) -> AsyncIterator[Server]:
    """`rustok serve` with these settings."""
    home = Path(tempfile.mkdtemp(dir=place.home))
    async with serving(None, home, "serve", also={**place.environment, **settings}) as live:
        pids = (live.pid, server_pid(place.server))
        yield Server(url=live.url, pids=pids, host=f"{shop.tenant.slug}.localhost")


@asynccontextmanager
async def _static(body: bytes) -> AsyncIterator[Server]:
    """The raw application that knows nothing but these bytes."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.static"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(body)
        process.stdin.close()
        address = (await process.stdout.readline()).decode().strip()
        yield Server(url=f"http://{address}", pids=(process.pid,))
    finally:
        process.kill()
        await process.wait()
