"""GraphQL: the same 20 products, some of their fields."""

import msgspec

from benchmarks.figures import Figure
from benchmarks.load import request
from benchmarks.scenarios.reading import Shops, figure

QUERY = """
query Newest($first: Int!) {
  products(first: $first) {
    nodes {
      id title handle
      priceRange { min { amount currency } }
      variants { sku price { amount } }
    }
  }
}
"""


async def measure(shops: Shops) -> Figure:
    """CPU time a list; for information, until the fast engine comes."""
    body = msgspec.json.encode({"query": QUERY, "variables": {"first": 20}})
    ours = [request(shops.server, "/graphql", method="POST", body=body)]
    raw = [request(shops.baseline, "/graphql")]
    return await figure(
        "GraphQL list, 20 products x 4 variants", None, (shops.server, ours), (shops.baseline, raw)
    )
