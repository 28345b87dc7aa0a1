"""`python -m benchmarks`: every scenario; with SCALE in the environment, only the growth of a list.

A figure that is over its target fails nothing: figures depend on the machine, tests must not.
"""

import asyncio
import os
import signal

import msgspec

from benchmarks import catalogue, stage
from benchmarks.figures import Figure, report, show, write
from benchmarks.load import Server
from benchmarks.scenarios import (
    abuse,
    backbone,
    catching_up,
    compiled,
    creating,
    detail,
    freshness,
    graphql,
    growth,
    importing,
    kept,
    listing,
    memory,
    migrating,
    page,
    publishing,
    recovering,
    search,
    sharing,
    starting,
    telemetry,
)
from benchmarks.scenarios.reading import Shops
from rustok.core.context import Context

LARGE = 10_000
SMALL = 1_000


async def all_scenarios() -> list[Figure]:
    """The default run, in about two minutes."""
    with stage.folder() as home:
        figures = [await starting.measure(home)]
    figures += await asyncio.to_thread(compiled.measure)  # it has a loop of its own
    async with stage.place() as place:
        figures.append(await migrating.measure(place))
        async with place.host() as host:
            shop = await stage.shop(host, "shop")
            large = await stage.shop(host, "large")
            small = await stage.shop(host, "small")
            await stage.shop(host, "imported")
            await stage.settle(host)
        await stage.grow(place, small, SMALL)
        await stage.grow(place, large, LARGE)
        figures += await served(place, shop, large, small)
        figures += await kept.measure(place, shop)
        figures += await sharing.measure(place, shop)
        figures.append(await telemetry.measure(place, shop))
        figures += await run_together(place, shop)
        figures.append(await importing.measure(place, "imported"))
        figures.append(await publishing.measure(place))
        figures.append(await recovering.measure(place))
    async with stage.place() as place:  # without what baselines have written by their own ways
        async with place.host() as host:
            shop = await stage.shop(host, "shop")
            await stage.settle(host)
        figures += await backbone.measure(place, shop)
    return figures


async def served(place: stage.Place, shop: Context, large: Context, small: Context) -> list[Figure]:
    """What one process of `rustok serve` does."""
    async with place.running("serve") as server, place.baseline(shop) as baseline:
        of_shop = _of(server, shop)
        shops = Shops(
            server=of_shop,
            baseline=baseline,
            handles=tuple(await stage.products(place, shop)),
            token=await stage.token(of_shop),
        )
        figures = [await scenario.measure(shops) for scenario in (listing, detail, page, graphql)]
        async with place.baseline(large) as of_large:
            searched = msgspec.structs.replace(shops, server=_of(server, large), baseline=of_large)
            figures.append(await search.measure(searched))
        figures.append(await growth.measure(_of(server, small), _of(server, large), LARGE))
        figures.append(await creating.measure(shops))
        figures.append(await abuse.measure(of_shop, shops.handles))
    return figures


async def run_together(place: stage.Place, shop: Context) -> list[Figure]:
    """What one process of `rustok run` does, workers included."""
    async with place.running() as server:
        figures = [await catching_up.measure(place)]
        of_shop = _of(server, shop)
        products = tuple((await stage.products(place, shop)).values())[: catalogue.PRODUCTS]
        token = await stage.token(of_shop)
        figures += await freshness.measure(place, of_shop, token, products)
        return [*figures, memory.measure(server.pids[0])]


async def scaled(products: int) -> list[Figure]:
    """The growth of a list alone."""
    async with stage.place() as place:
        async with place.host() as host:
            small, large = await stage.shop(host, "small"), await stage.shop(host, "large")
            await stage.settle(host)
        await stage.grow(place, small, SMALL)
        await stage.grow(place, large, products)
        async with place.running("serve") as server:
            return [await growth.measure(_of(server, small), _of(server, large), products)]


def _of(server: Server, ctx: Context) -> Server:
    return msgspec.structs.replace(server, host=f"{ctx.tenant.slug}.localhost")


def main() -> None:
    """Measures, prints the table and writes the JSON."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it, it cleans up
    scale = os.environ.get("SCALE")
    figures = asyncio.run(scaled(int(scale)) if scale else all_scenarios())
    found = report(figures)
    show(found)
    write(found)


if __name__ == "__main__":
    main()
