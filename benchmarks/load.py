"""Load on a server from a process of its own, and what it cost the server."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from statistics import median
from urllib.parse import urlsplit

import msgspec

from benchmarks.client import Outcome, Task
from benchmarks.processes import cpu_seconds

SECONDS = 1.5
WARM_SECONDS = 0.7
REPEATS = 3
CONNECTIONS = 16
_SPARE_SECONDS = 20.0


class RefusedLoad(Exception):
    """The server answered with errors: a figure of errors is none."""


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asked, and the processes whose CPU time the answers cost, PostgreSQL's included."""

    url: str
    pids: tuple[int, ...]
    host: str = "localhost"


def request(
    server: Server,
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> bytes:
    """A whole HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", f"host: {server.host}", "accept: */*"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def put_load(
    server: Server,
    requests: Sequence[bytes],
    *,
    seconds: float,
    connections: int = CONNECTIONS,
    rate: float | None = None,
    first_serial: int = 0,
) -> Outcome:
    """Asks for so many seconds; raises RefusedLoad."""
    address = urlsplit(server.url)
    task = Task(
        host=address.hostname or "",
        port=address.port or 80,
        requests=tuple(requests),
        connections=connections,
        seconds=seconds,
        rate=rate,
        first_serial=first_serial,
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.client",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(seconds + _SPARE_SECONDS):
            output, _ = await child.communicate(msgspec.json.encode(task))
    except BaseException:
        child.kill()
        raise
    outcome = msgspec.json.decode(output, type=Outcome)
    if outcome.refused or not outcome.answers:
        raise RefusedLoad(f"{outcome} for {requests[0][:200]!r}")
    return outcome


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """CPU time in milliseconds a request, of the application and PostgreSQL together."""

    total: float
    application: float
    bytes_each: float


async def cost(server: Server, requests: Sequence[bytes], *, first_serial: int = 0) -> Cost:
    """What a request costs the server, measured once under load."""
    before = [cpu_seconds([pid]) for pid in server.pids]
    outcome = await put_load(server, requests, seconds=SECONDS, first_serial=first_serial)
    used = [cpu_seconds([pid]) - start for pid, start in zip(server.pids, before, strict=True)]
    each = 1000 / outcome.answers
    return Cost(
        total=sum(used) * each,
        application=used[0] * each,
        bytes_each=outcome.received_bytes / outcome.answers,
    )


async def compared(
    ours: tuple[Server, Sequence[bytes]], baseline: tuple[Server, Sequence[bytes]]
) -> tuple[Cost, Cost]:
    """Medians of several measurements of each, in turns, so that both meet the same weather."""
    sides = (ours, baseline)
    found: tuple[list[Cost], list[Cost]] = ([], [])
    serial = 0
    for server, requests in sides:
        warm = await put_load(server, requests, seconds=WARM_SECONDS, first_serial=serial)
        serial += warm.answers
    for _ in range(REPEATS):
        for (server, requests), costs in zip(sides, found, strict=True):
            serial += 1_000_000
            costs.append(await cost(server, requests, first_serial=serial))
    return _median(found[0]), _median(found[1])


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        total=median(each.total for each in costs),
        application=median(each.application for each in costs),
        bytes_each=median(each.bytes_each for each in costs),
    )
