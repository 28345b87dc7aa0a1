"""What the level that processes share over Redis saves, and what it costs where it has nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from time import perf_counter, process_time

import httpx
import msgspec

from benchmarks.figures import Figure
from benchmarks.scenarios.graphql import QUERY
from benchmarks.stage import Place
from rustok.app.asgi import asgi
from rustok.app.bootstrap import open_host, urls
from rustok.app.settings import load
from rustok.app.web.responses.serving import PublicResponses
from rustok.core.cache import Caches
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.core.tenants import TenantDirectory
from rustok.testing.databases import SECRET
from rustok.testing.http import client_of
from rustok.testing.redis import redis_server

TIMES = 300
ROUNDS = 5
BODY = {"query": QUERY, "variables": {"first": 20}}
Use = Callable[[], Awaitable[None]]


class Spent(msgspec.Struct, frozen=True):
    """Milliseconds that one use took, and of the process's own time."""

    wall: float
    cpu: float


async def measure(place: Place, shop: Context) -> Sequence[Figure]:
    """A tenant and a list of 20 products that the process itself does not have any more."""
    with redis_server() as server:
        await server.start()
        async with _process(place, server.url) as sharing, _process(place, None) as alone:
            figures = []
            for name, use in (("Tenant", _tenant), ("Public list", _answer)):
                async with use(sharing, shop) as ours, use(alone, shop) as own:
                    await _until_shared(sharing, ours)
                    shared, made = await _compared(ours, own)
                figures.append(
                    Figure(
                        name=f"{name} from Redis, instead of made",
                        measured=shared.wall,
                        unit="ms",
                        baseline=made.wall,
                        details={"application_ms": shared.cpu, "made_application_ms": made.cpu},
                    )
                )
    return figures


@asynccontextmanager
async def _process(place: Place, redis: str | None) -> AsyncIterator[Host]:
    environ = {"SECRET_KEY": SECRET} | ({} if redis is None else {"REDIS_URL": redis})
    where = urls(place.url(place.database), SECRET, place.config)
    config = load(environ, place.modules)
    async with open_host(config, place.modules, where, SECRET, workers=False) as host:
        yield host


@asynccontextmanager
async def _tenant(host: Host, shop: Context) -> AsyncIterator[Use]:
    directory = host.get(TenantDirectory)

    async def use() -> None:
        directory._cache.purge()  # type: ignore[attr-defined]  # noqa: SLF001  # what it keeps
        await directory.by_slug(shop.tenant.slug)

    yield use


@asynccontextmanager
async def _answer(host: Host, shop: Context) -> AsyncIterator[Use]:
    async with client_of(asgi(host), shop.tenant) as client:
        responses = host.get(PublicResponses)

        async def use() -> None:
            responses._store.drop(None)  # noqa: SLF001  # what the process itself keeps
            await _ask(client)

        yield use


async def _ask(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json=BODY)
    answer.raise_for_status()


async def _until_shared(host: Host, use: Use) -> None:
    """Returns once the shared level has what is used, and gives it."""
    hits = _hits(host)
    async with asyncio.timeout(20):
        while _hits(host) < hits + 3:
            await use()
            await asyncio.sleep(0.05)


def _hits(host: Host) -> float:
    requests = host.get(Caches)._requests()  # noqa: SLF001  # as /metrics reads them
    return sum(number for labels, number in requests if tuple(labels[1:]) == ("shared", "hit"))


async def _compared(ours: Use, own: Use) -> tuple[Spent, Spent]:
    """The best of several rounds of each, in turn."""
    rounds = [(await _spent(ours), await _spent(own)) for _ in range(ROUNDS)]
    best = [min(each, key=lambda spent: spent.wall) for each in zip(*rounds, strict=True)]
    return best[0], best[1]


async def _spent(use: Use) -> Spent:
    began, cpu = perf_counter(), process_time()
    for _ in range(TIMES):
        await use()
    wall = perf_counter() - began
    return Spent(1_000 * wall / TIMES, 1_000 * (process_time() - cpu) / TIMES)
