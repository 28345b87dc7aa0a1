"""How long after a commit a change can be found, at 100 writes a second."""

import asyncio
from time import perf_counter
from typing import Any

import msgspec

from benchmarks.client import SERIAL
from benchmarks.figures import Figure
from benchmarks.load import Server, put_load, request
from benchmarks.stage import Place

RATE = 100.0
SECONDS = 6.0
_SETTLE_SECONDS = 10.0
_OBSERVE = """
    CREATE FUNCTION bench_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('bench_written', NEW.aggregate_id || ' ' || NEW.aggregate_version);
        RETURN NULL;
    END $$;
    CREATE FUNCTION bench_findable() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('bench_findable', NEW.id || ' ' || NEW.aggregate_version);
        RETURN NULL;
    END $$;
    CREATE TRIGGER bench_written AFTER INSERT ON sys_events
        FOR EACH ROW WHEN (NEW.aggregate = 'product') EXECUTE FUNCTION bench_written();
    CREATE TRIGGER bench_findable AFTER INSERT OR UPDATE ON index_products
        FOR EACH ROW EXECUTE FUNCTION bench_findable();
"""
_FORGET = """
    DROP TRIGGER bench_written ON sys_events;
    DROP TRIGGER bench_findable ON index_products;
    DROP FUNCTION bench_written();
    DROP FUNCTION bench_findable();
"""


class Observed:
    """Hears of commits: of the write, then of the document. Both take the same way to it."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, int], float] = {}
        self._heard = asyncio.Event()
        self.seconds: list[float] = []

    def written(self, _connection: object, _pid: int, _channel: str, text: object) -> None:
        """A version of a product was committed."""
        self._written.setdefault(_version(text), perf_counter())

    def findable(self, _connection: object, _pid: int, _channel: str, text: object) -> None:
        """The product's document of that version was committed, and with it all before it."""
        now = perf_counter()
        id_, version = _version(text)
        for key in [key for key in self._written if key[0] == id_ and key[1] <= version]:
            self.seconds.append(now - self._written.pop(key))
        self._heard.set()

    async def all_of(self, writes: int) -> None:
        """Waits until so many writes have been found."""
        while len(self.seconds) < writes:
            await self._heard.wait()
            self._heard.clear()


async def measure(
    place: Place, server: Server, token: str, products: tuple[str, ...]
) -> tuple[Figure, Figure]:
    """The median and the 99th percentile in milliseconds, of titles changed over REST."""
    body = msgspec.json.encode({"title": f"Renamed {SERIAL.decode()}"})
    headers = {"authorization": f"Bearer {token}"}
    requests = [
        request(server, f"/api/v1/admin/products/{id_}", method="PATCH", headers=headers, body=body)
        for id_ in products
    ]
    await put_load(server, requests, seconds=2.0, rate=RATE)
    owner: Any = await place.owner()
    observed = Observed()
    await owner.execute(_OBSERVE)
    await owner.add_listener("bench_written", observed.written)
    await owner.add_listener("bench_findable", observed.findable)
    try:
        outcome = await put_load(
            server, requests, seconds=SECONDS, rate=RATE, first_serial=1_000_000
        )
        async with asyncio.timeout(_SETTLE_SECONDS):
            await observed.all_of(outcome.answers)
    finally:
        await owner.execute(_FORGET)
        await owner.close()
    ordered = sorted(1000 * seconds for seconds in observed.seconds)
    rate = outcome.answers / SECONDS
    named = f"commit to findable at {rate:.0f} writes/s"
    return (
        Figure(
            name=f"{named}, median", measured=ordered[len(ordered) // 2], unit="ms", target=10.0
        ),
        Figure(
            name=f"{named}, p99",
            measured=ordered[int(len(ordered) * 0.99)],
            unit="ms",
            target=100.0,
            details={
                "write_median_ms": outcome.median_ms,
                "write_p99_ms": outcome.p99_ms,
                "longest_ms": ordered[-1],
            },
        ),
    )


def _version(text: object) -> tuple[str, int]:
    id_, _, version = str(text).partition(" ")
    return id_, int(version)
