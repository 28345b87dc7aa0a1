"""Moves keys on: next -> current -> retiring -> gone, one process at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from rustok.auth.errors import RotationTooSoon
from rustok.auth.keys import repository
from rustok.auth.keys.repository import KeyRow
from rustok.auth.keys.signing_key import generate
from rustok.auth.settings import AuthSettings
from rustok.core.db.failures import translated
from rustok.core.secrets import SecretKey
from rustok.core.sql import Query


class KeyRotation:
    """Changes the stored keys under a lock of the database.

    The key that signs next has always been published since the rotation before: when it takes
    over, every process and every reader of the JWKS knows it.
    """

    def __init__(self, pool: asyncpg.Pool, secret: SecretKey, settings: AuthSettings) -> None:
        self._pool = pool
        self._secret = secret
        self._settings = settings

    async def stored(self) -> list[KeyRow]:
        """Every key; raises DatabaseUnavailable."""
        with translated():
            return await _all(self._pool)

    async def rotate(self, now: datetime) -> None:
        """Lets the next key sign; raises RotationTooSoon while it is not known everywhere."""
        async with self._alone() as connection:
            rows = await _all(connection)
            if _one(rows, "current") is None:
                await self._begin(connection, now)
                return
            upcoming = _one(rows, "next")
            if upcoming is None or not self._is_known(upcoming, now):
                raise RotationTooSoon
            await self._move_on(connection, now)

    async def rotate_when_due(self, now: datetime) -> None:
        """Makes the first keys where there are none; rotates where the current one is old."""
        async with self._alone() as connection:
            rows = await _all(connection)
            current, upcoming = _one(rows, "current"), _one(rows, "next")
            if current is None:
                await self._begin(connection, now)
            elif (
                upcoming and self.is_due(current.signs_since, now) and self._is_known(upcoming, now)
            ):
                await self._move_on(connection, now)

    async def replace_all(self, now: datetime) -> None:
        """Throws every key away, for a key that leaked: all access tokens end at once."""
        async with self._alone() as connection:
            await _run(connection, repository.DELETE_ALL)
            await self._begin(connection, now)

    def is_due(self, signs_since: datetime | None, now: datetime) -> bool:
        """Whether a key has signed for long enough."""
        age = timedelta(days=self._settings.key_days)
        return signs_since is not None and now - signs_since >= age

    def _is_known(self, upcoming: KeyRow, now: datetime) -> bool:
        age = now - upcoming.published_at
        return age >= timedelta(seconds=self._settings.key_publish_seconds)

    async def _begin(self, connection: Any, now: datetime) -> None:
        await self._insert(connection, "current", now)
        await self._insert(connection, "next", now)

    async def _move_on(self, connection: Any, now: datetime) -> None:
        # a process that has not read the change yet signs with the old key for a reload's time
        settings = self._settings
        seconds = (
            settings.access_seconds + settings.key_reload_seconds + 2 * settings.leeway_seconds
        )
        await _run(connection, repository.DELETE_EXPIRED, now=now)
        await _run(connection, repository.RETIRE, expires_at=now + timedelta(seconds=seconds))
        await _run(connection, repository.PROMOTE, now=now)
        await self._insert(connection, "next", now)

    async def _insert(self, connection: Any, state: str, now: datetime) -> None:
        key = generate(self._secret)
        await _run(
            connection,
            repository.INSERT,
            kid=key.kid,
            state=state,
            public_key=key.public_key,
            private_key=key.private_key,
            now=now,
        )

    def _alone(self) -> "_Locked":
        return _Locked(self._pool)


class _Locked:
    """A transaction in which nobody else moves keys."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._connection: Any = None
        self._transaction: Any = None

    async def __aenter__(self) -> Any:
        with translated():
            self._connection = await self._pool.acquire()
            self._transaction = self._connection.transaction()
            await self._transaction.start()
            await _run(self._connection, repository.LOCK)
        return self._connection

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            with translated():
                if kind is None:
                    await self._transaction.commit()
                elif not self._connection.is_closed():
                    await self._transaction.rollback()
        finally:
            await self._pool.release(self._connection)


async def _all(connection: Any) -> list[KeyRow]:
    query = repository.ALL
    return [query.row(record) for record in await connection.fetch(query.sql)]


async def _run(connection: Any, query: Query[Any], **values: Any) -> None:
    await connection.execute(query.sql, *query.arguments(None, values))


def _one(rows: Sequence[KeyRow], state: str) -> KeyRow | None:
    return next((row for row in rows if row.state == state), None)
