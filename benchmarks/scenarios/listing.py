"""REST: the 20 newest products with 4 variants each, of 200."""

from benchmarks.figures import Figure
from benchmarks.load import request
from benchmarks.scenarios.reading import Shops, figure


async def measure(shops: Shops) -> Figure:
    """CPU time a list."""
    ours = [request(shops.server, "/api/v1/store/products?limit=20")]
    raw = [request(shops.baseline, "/list")]
    return await figure(
        "REST list, 20 products x 4 variants", 0.6, (shops.server, ours), (shops.baseline, raw)
    )
