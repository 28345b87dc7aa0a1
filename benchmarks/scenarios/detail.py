"""REST: one product by its handle, of 200 in turn."""

from benchmarks.figures import Figure
from benchmarks.load import request
from benchmarks.scenarios.reading import Shops, figure


async def measure(shops: Shops) -> Figure:
    """CPU time a product."""
    ours = [request(shops.server, f"/api/v1/store/products/{each}") for each in shops.handles]
    raw = [request(shops.baseline, f"/detail/{each}") for each in shops.handles]
    return await figure("REST detail by handle", 0.35, (shops.server, ours), (shops.baseline, raw))
