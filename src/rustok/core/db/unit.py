"""One transaction that a whole request shares, committed at its edge with the stored answer."""

import asyncio

import asyncpg

from rustok.core.context import UnitOfWork


class RequestUnit(UnitOfWork):
    """Holds the connection of the request; sessions take turns on it."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.turn = asyncio.Lock()
        self.token: int | None = None
        self.wrote = False
