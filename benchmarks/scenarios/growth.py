"""A list in a catalogue of a thousand products against one in a much larger one."""

from benchmarks.figures import Figure
from benchmarks.load import Server, compared, request

PATHS = ("/api/v1/store/products?limit=20", "/api/v1/store/products?limit=20&sort=price")


async def measure(small: Server, large: Server, products: int) -> Figure:
    """How many times the CPU time of a list at 1,000 products it costs at so many."""
    at_large, at_small = await compared(
        (large, [request(large, path) for path in PATHS]),
        (small, [request(small, path) for path in PATHS]),
    )
    return Figure(
        name=f"list at {products:,} products, to 1,000",
        measured=at_large.total / at_small.total,
        unit="times",
        target=1.3,
        details={"small_ms": at_small.total, "large_ms": at_large.total},
    )
