"""What others notice of clients who send what is refused, fifty times a second."""

import asyncio
from statistics import median
from typing import Final

import msgspec

from benchmarks.client import SERIAL, Outcome
from benchmarks.figures import Figure
from benchmarks.load import Server, put_load, request

RATE, ABUSES_A_SECOND = 300.0, 50.0
SECONDS, REPEATS = 4.0, 5
_SERIAL: Final = SERIAL.decode()
_MARK: Final = f"# {_SERIAL}\n"

DOCUMENTS: Final = (
    "{" + " ".join(f"a{n}: version" for n in range(8_000)) + "}",
    "{" * 14_000,
    "{ ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30))
    + " fragment F30 on Query { version }",
    "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "{ products(first: 1000000000) { totalCount } }",
    "{ products(first: -1) { totalCount } }",
    '{ products(query: "' + "x" * 12_000 + '") { nothing } }',
    "{ products(filter: " + "{a: " * 400 + "1" + "}" * 400 + ") { totalCount } }",
)


async def measure(server: Server, handles: tuple[str, ...]) -> Figure:
    """The 99th percentile of reading products, beside abuses to without them."""
    reading = [request(server, f"/api/v1/store/products/{handle}") for handle in handles]
    abuses = [_posted(server, document) for document in DOCUMENTS]
    await put_load(server, reading, seconds=1.0, rate=RATE)
    alone, beside = [], []
    for turn in range(REPEATS):
        alone.append(await put_load(server, reading, seconds=SECONDS, rate=RATE))
        _, among = await asyncio.gather(
            put_load(
                server,
                abuses,
                seconds=SECONDS,
                rate=ABUSES_A_SECOND,
                first_serial=turn * 1_000_000,
            ),
            put_load(server, reading, seconds=SECONDS, rate=RATE),
        )
        beside.append(among)
    return Figure(
        name=f"p99 of reads beside {ABUSES_A_SECOND:.0f} refused operations/s, to without",
        measured=_p99(beside) / _p99(alone),
        unit="times",
        target=1.5,
        details={"alone_ms": _p99(alone), "beside_ms": _p99(beside)},
    )


def _posted(server: Server, document: str) -> bytes:
    """Each is new to the server: what it has refused before it need not look at."""
    body = msgspec.json.encode({"query": _MARK + document})
    return request(server, "/graphql", method="POST", body=body)


def _p99(outcomes: list[Outcome]) -> float:
    return median(outcome.p99_ms for outcome in outcomes)
