"""The least that can answer at all: the same bytes to everyone, from a raw ASGI application.

Run as `python -m benchmarks.static` with the answer's bytes on its standard input; prints where it
listens.
"""

import asyncio
import sys
from typing import Any

import uvloop

from rustok.app.processes.http_server import HttpServer
from rustok.app.processes.listener import address, listen


def application(body: bytes) -> Any:
    """The application."""
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            if scope["method"] == "POST":
                await receive()  # as whoever answers to a body does
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return answer


async def main(body: bytes) -> None:
    """Serves until killed."""
    with listen("127.0.0.1", 0) as listener:
        print(address(listener), flush=True)
        await HttpServer(application(body), listener).run(asyncio.Event())


if __name__ == "__main__":
    uvloop.run(main(sys.stdin.buffer.read()))
