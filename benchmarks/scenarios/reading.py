"""What the scenarios that read have in common: a shop served, beside its baseline."""

from collections.abc import Sequence

import msgspec

from benchmarks.figures import Figure
from benchmarks.load import Server, compared


class Shops(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant as the platform serves it, and the same rows as the raw application does."""

    server: Server
    baseline: Server
    handles: tuple[str, ...]
    token: str


async def figure(
    name: str,
    target: float | None,
    ours: tuple[Server, Sequence[bytes]],
    baseline: tuple[Server, Sequence[bytes]],
) -> Figure:
    """CPU time a request, of application and PostgreSQL, with its ratio to the baseline."""
    mine, raw = await compared(ours, baseline)
    return Figure(
        name=name,
        measured=mine.total,
        unit="CPU ms",
        target=target,
        baseline=raw.total,
        details={
            "application_ms": mine.application,
            "postgres_ms": mine.total - mine.application,
            "bytes": mine.bytes_each,
            "baseline_application_ms": raw.application,
        },
    )
