"""REST: a search with facets over 10,000 products, of 20 searches in turn."""

from benchmarks.catalogue import MATERIALS, THINGS
from benchmarks.figures import Figure
from benchmarks.load import request
from benchmarks.scenarios.reading import Shops, figure


async def measure(shops: Shops) -> Figure:
    """CPU time a search with all facets counted; the baseline counts anew each time."""
    words = [f"{material} {thing}" for material, thing in zip(MATERIALS, THINGS, strict=True)]
    words += THINGS
    ours = [
        request(shops.server, f"/api/v1/store/products?q={each.replace(' ', '+')}&facets=true")
        for each in words
    ]
    raw = [request(shops.baseline, f"/search/{each.replace(' ', '%20%26%20')}") for each in words]
    return await figure(
        "search with facets, 10,000 products", 2.0, (shops.server, ours), (shops.baseline, raw)
    )
