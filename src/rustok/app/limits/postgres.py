"""Shared buckets in PostgreSQL, by one function call for all that is asked at once."""

import asyncio
from collections.abc import Sequence
from typing import Final

import asyncpg
import msgspec

from rustok.core.db.pool import SILENCE_SECONDS
from rustok.core.ratelimits import Ask, Grant
from rustok.core.sql import Query

ANSWER_SECONDS: Final = 0.25
"""A store that takes longer is as good as lost: requests do not wait for their limits."""


class Taken(msgspec.Struct, frozen=True, gc=False):
    """A grant, and which of the asks it answers, counted from 1."""

    place: int
    granted: int
    left: float


TAKE = Query(
    """
    SELECT place, granted, "left" FROM sys_take_tokens(
        :keys, :amounts, :rates, :least, :most, :back)
    """,
    Taken,
    keys=list[bytes],
    amounts=list[float],
    rates=list[float],
    least=list[int],
    most=list[int],
    back=list[int],
)


class PostgresTokens:
    """Implements the TokenStore port on a connection of its own.

    A request that holds a connection of the pool must not wait for another one of it.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, url: str) -> "PostgresTokens":
        """Connects when it is first asked."""
        pool = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=1,
            timeout=ANSWER_SECONDS,
            command_timeout=ANSWER_SECONDS,
            max_inactive_connection_lifetime=300,
            server_settings={"application_name": "rustok-limits", "timezone": "UTC"},
        )
        return cls(pool)

    async def take(self, asks: Sequence[Ask]) -> Sequence[Grant]:
        """Grants in the order of the asks; raises what the driver raises."""
        arguments = TAKE.arguments(
            None,
            {
                "keys": [ask.key for ask in asks],
                "amounts": [float(ask.quota.amount) for ask in asks],
                "rates": [ask.quota.rate for ask in asks],
                "least": [ask.least for ask in asks],
                "most": [ask.most for ask in asks],
                "back": [ask.back for ask in asks],
            },
        )
        async with self._pool.acquire(timeout=ANSWER_SECONDS) as connection:
            rows = [TAKE.row(record) for record in await connection.fetch(TAKE.sql, *arguments)]
        rows.sort(key=lambda row: row.place)
        return [Grant(row.granted, row.left) for row in rows]

    async def close(self) -> None:
        """Gives the connection up."""
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()
