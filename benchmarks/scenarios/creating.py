"""REST: a product with 4 variants, prices and stock is made, with its events."""

import msgspec

from benchmarks.catalogue import product
from benchmarks.client import SERIAL
from benchmarks.figures import Figure
from benchmarks.load import request
from benchmarks.scenarios.reading import Shops, figure


async def measure(shops: Shops) -> Figure:
    """CPU time a product; sequencing and projecting it is other processes' work."""
    body = msgspec.json.encode(product(7, handle=f"made-{SERIAL.decode()}", grouped=False))
    headers = {"authorization": f"Bearer {shops.token}"}
    path = "/api/v1/admin/products"
    ours = [request(shops.server, path, method="POST", headers=headers, body=body)]
    raw = [request(shops.baseline, "/create", method="POST", body=body)]
    return await figure(
        "product create, 4 variants", 2.5, (shops.server, ours), (shops.baseline, raw)
    )
