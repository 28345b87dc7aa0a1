"""The storefront's page of a product, rendered, of 200 in turn."""

from benchmarks.figures import Figure
from benchmarks.load import request
from benchmarks.scenarios.reading import Shops, figure


async def measure(shops: Shops) -> Figure:
    """CPU time a page; the baseline sends the product's JSON."""
    ours = [request(shops.server, f"/products/{each}") for each in shops.handles]
    raw = [request(shops.baseline, f"/detail/{each}") for each in shops.handles]
    return await figure("storefront product page", 0.6, (shops.server, ours), (shops.baseline, raw))
