"""The log between processes: how much goes through, how soon, and what a killed worker costs."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from statistics import median
from time import perf_counter
from typing import Any

import msgspec

from benchmarks import stage
from benchmarks.client import SERIAL
from benchmarks.counting import NAME
from benchmarks.figures import Figure
from benchmarks.load import Server, put_load, request
from benchmarks.scenarios import freshness
from benchmarks.stage import Place
from rustok.app.processes.garbage import collect_seldom
from rustok.core.context import Context
from rustok.index.rebuild import Rebuild
from rustok.index.service import rebuilds

EVENTS = 100_000
UPDATES = 10_000
BESIDE_WRITES = (10.0, 60.0)
"""Writes a second beside a rebuild: a busy shop's, and as many as the rig makes."""
REBUILDS = 5
WRITE_SECONDS = 5.0
REBUILT = 6_000
"""Products of a shop besides the others, so that what a rebuild begins and ends with is little."""
_APPEND = """
    INSERT INTO sys_events (tenant_id, id, name, schema_version, aggregate, aggregate_id,
        aggregate_version, payload, occurred_at, correlation_id)
    SELECT e.tenant_id, gen_random_uuid(), 'product.updated', 1, 'product', e.aggregate_id,
        e.aggregate_version, e.payload, now(), ''
    FROM generate_series(1, $1) AS round
    CROSS JOIN (SELECT * FROM sys_events WHERE name = 'product.created') AS e LIMIT $2
"""
_LEFT = """
    SELECT EXISTS (SELECT FROM sys_events WHERE position IS NULL) OR EXISTS (
        SELECT FROM sys_tenant_heads h
        LEFT JOIN sys_cursors c ON c.tenant_id = h.tenant_id AND c.consumer LIKE $1
        WHERE h.position > coalesce(c.position, 0))
"""
_HEAD = "SELECT position FROM sys_log_head"
_JOINED = """
    SELECT owner FROM sys_leases WHERE consumer = 'index.products' AND NOT owner = ANY($1)
"""
_SERVES = """
    SELECT owner FROM sys_leases
    WHERE consumer = 'index.products' AND partition = sys_partition($1)
"""
_KILL_AFTER_SECONDS = 4.0
"""Two seconds of warming up, then two of what is measured."""
_LOOK_SECONDS = 0.01
_LIMIT_SECONDS = 120.0


async def measure(place: Place, shop: Context) -> list[Figure]:
    """With one relay and one index worker, each a process, then two; the shop has the catalogue."""
    async with place.running("relay"):
        async with _counting(place):
            figures = [await _throughput(place, NAME, EVENTS, "a consumer that only counts", 50.0)]
        await _forget(place)
        async with place.running("index"):
            figures.append(
                await _throughput(place, "index.%", UPDATES, "the projections", 1e6 / 3_000)
            )
    figures += await _served(place, shop)
    figures += [await _recovery(place, shop, kind) for kind in ("relay", "index")]
    return figures


async def _served(place: Place, shop: Context) -> list[Figure]:
    async with place.running("serve") as server, place.running("relay"), place.running("index"):
        of_shop = msgspec.structs.replace(server, host=f"{shop.tenant.slug}.localhost")
        products = tuple((await stage.products(place, shop)).values())[:500]
        token = await stage.token(of_shop)
        figures = [
            msgspec.structs.replace(found, name=f"{found.name}, processes apart")
            for found in await freshness.measure(place, of_shop, token, products)
        ]
        figures += await _rebuild(place, of_shop, token, products)
    return figures


@asynccontextmanager
async def _counting(place: Place) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.counting", place.url(place.database)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        await process.stdout.readline()
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def _forget(place: Place) -> None:
    owner = await place.owner()
    await owner.execute("DELETE FROM sys_leases WHERE consumer = $1", NAME)
    await owner.execute("DELETE FROM sys_cursors WHERE consumer = $1", NAME)
    await owner.execute("DELETE FROM sys_consumers WHERE name = $1", NAME)
    await owner.close()


async def _throughput(
    place: Place, consumers: str, events: int, named: str, target: float
) -> Figure:
    owner = await place.owner()
    try:
        await _nothing_left(owner, consumers)
        created = await owner.fetchval(
            "SELECT count(*) FROM sys_events WHERE name = 'product.created'"
        )
        await owner.execute("CHECKPOINT")
        await owner.execute(_APPEND, events // created + 1, events)
        began = perf_counter()
        await _nothing_left(owner, consumers)
        seconds = perf_counter() - began
    finally:
        await owner.close()
    return Figure(
        name=f"an event sequenced and applied by {named}",
        measured=1e6 * seconds / events,
        unit="us",
        target=target,
        details={"events": events, "events_per_second": events / seconds},
    )


async def _nothing_left(owner: Any, consumers: str) -> None:
    async with asyncio.timeout(_LIMIT_SECONDS):
        while await owner.fetchval(_LEFT, consumers):  # noqa: ASYNC110  # a database
            await asyncio.sleep(_LOOK_SECONDS)


async def _rebuild(
    place: Place, server: Server, token: str, products: tuple[str, ...]
) -> list[Figure]:
    """Documents a second, made anew in a process of its own while writes go on.

    Of some rebuilds after a first one the median counts: each takes little more than a second, in
    which the machine's neighbours may do anything.
    """
    found = []
    async with place.host() as host:
        await stage.shop(host, "large", REBUILT)
        await stage.caught_up(place)
        collect_seldom()  # as every process of the platform does
        rebuild = rebuilds(host)["products"]
        await rebuild.run()
        for rate in BESIDE_WRITES:
            speeds = []
            for number in range(REBUILDS):
                await _settle(place)
                writing = _writing(place, server, token, products, rate, number)
                speeds.append(await _speed(rebuild, writing))
            found.append(
                Figure(
                    name=f"a document rebuilt beside {rate:.0f} writes/s",
                    measured=1e6 / median(speeds),
                    unit="us",
                    target=1e6 / 5_000,
                    details={
                        "documents_per_second": median(speeds),
                        "of_the_slowest_rebuild": min(speeds),
                        "of_the_fastest_rebuild": max(speeds),
                        "products_of_the_largest": REBUILT,
                    },
                )
            )
    return found


async def _settle(place: Place) -> None:
    """As autovacuum and the next checkpoint leave the database: else each rebuild would meet what
    those of the seconds before it have left."""
    owner = await place.owner()
    await owner.execute("VACUUM index_products")
    await owner.execute("CHECKPOINT")
    await owner.close()


async def _speed(rebuild: Rebuild, writing: AbstractAsyncContextManager[None]) -> float:
    """Documents a second."""
    async with writing:
        began = perf_counter()
        documents = await rebuild.run()
        return documents / (perf_counter() - began)


@asynccontextmanager
async def _writing(
    place: Place, server: Server, token: str, products: tuple[str, ...], rate: float, number: int
) -> AsyncIterator[None]:
    """The block begins once the writes have begun."""
    title = f"Rebuilt beside {rate:.0f}, {number}: {SERIAL.decode()}"
    requests = [
        request(
            server,
            f"/api/v1/admin/products/{id_}",
            method="PATCH",
            headers={"authorization": f"Bearer {token}"},
            body=msgspec.json.encode({"title": title}),
        )
        for id_ in products
    ]
    owner = await place.owner()
    before = await owner.fetchval(_HEAD)
    writing = asyncio.create_task(put_load(server, requests, seconds=WRITE_SECONDS, rate=rate))
    while await owner.fetchval(_HEAD) == before:  # noqa: ASYNC110  # a database
        await asyncio.sleep(_LOOK_SECONDS)
    await owner.close()
    yield
    if writing.done():
        raise RuntimeError("The block went on without writes.")
    await writing


async def _recovery(place: Place, shop: Context, kind: str) -> Figure:
    """The longest that a commit waited to be found when one of two workers was killed.

    Of the index workers it is the one that serves the shop; relays share all tenants.
    """
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(place.running("serve"))
        owner: Any = await place.owner()
        stack.push_async_callback(owner.close)
        relays = [(await stack.enter_async_context(place.running("relay"))).pids[0] for _ in "12"]
        workers: dict[Any, int] = {}
        for _ in "12":
            before = [row["id"] for row in await owner.fetch("SELECT id FROM sys_workers")]
            index = await stack.enter_async_context(place.running("index"))
            workers[await _joined(owner, before)] = index.pids[0]

        async def kill() -> None:
            await asyncio.sleep(_KILL_AFTER_SECONDS)
            serving = await _serving(owner, shop, workers)
            os.kill(relays[0] if kind == "relay" else serving, signal.SIGKILL)

        of_shop = msgspec.structs.replace(server, host=f"{shop.tenant.slug}.localhost")
        products = tuple((await stage.products(place, shop)).values())[:200]
        token = await stage.token(of_shop)
        figures, _ = await asyncio.gather(
            freshness.measure(place, of_shop, token, products), kill()
        )
    return Figure(
        name=f"longest wait of a commit around the end of one of two {kind} processes",
        measured=figures[1].details["longest_ms"] / 1000,
        unit="s",
        target=3.0,
    )


async def _serving(owner: Any, shop: Context, workers: Mapping[Any, int]) -> int:
    """The process that serves the shop, once it is one of these."""
    async with asyncio.timeout(_LIMIT_SECONDS):
        while (found := await owner.fetchval(_SERVES, shop.tenant.id)) not in workers:  # noqa: ASYNC110  # a database
            await asyncio.sleep(_LOOK_SECONDS)
    return workers[found]


async def _joined(owner: Any, before: Sequence[Any]) -> Any:
    """The worker that has come since there were these, once it serves some tenants' products."""
    async with asyncio.timeout(_LIMIT_SECONDS):
        while (found := await owner.fetchval(_JOINED, before)) is None:  # noqa: ASYNC110  # a database
            await asyncio.sleep(_LOOK_SECONDS)
    return found
