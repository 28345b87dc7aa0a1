"""A line to the database that a test can cut."""

import asyncio
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from rustok.app.bootstrap import Urls

PORT = "5432"


class Line:
    """Forwards a Unix socket of its own to the server's, until it is cut."""

    def __init__(self, urls: Urls, folder: Path) -> None:
        self._folder = folder
        self._target = _socket(urls.runtime)
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.urls = Urls(
            owner=urls.owner,
            runtime=_through(urls.runtime, folder),
            worker=_through(urls.worker, folder),
        )

    async def __aenter__(self) -> Self:
        path = self._folder / f".s.PGSQL.{PORT}"
        self._server = await asyncio.start_unix_server(self._connected, path)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Ends every connection and takes no more."""
        self._server.close()
        for writer in self._writers:
            writer.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_unix_connection(self._target)
        self._writers += [writer, server_writer]
        for source, sink in ((reader, server_writer), (server_reader, writer)):
            task = asyncio.create_task(_copy(source, sink))
            self._tasks.add(task)


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while chunk := await source.read(65_536):
        sink.write(chunk)


def _socket(url: str) -> str:
    found = parse_qs(urlsplit(url).query)
    return f"{found['host'][0]}/.s.PGSQL.{found.get('port', [PORT])[0]}"


def _through(url: str, folder: Path) -> str:
    query = urlencode({"host": str(folder), "port": PORT})
    return urlunsplit(urlsplit(url)._replace(query=query))
