"""What the tests of auth and rbac share: a clock, people, and looks into the database."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import asyncpg
import msgspec
from argon2 import PasswordHasher

from rustok.auth.service import AuthService, UserService
from rustok.auth.types import Credentials, NewUser, Registration, SignedIn
from rustok.core.context import Context
from rustok.core.host import Host
from rustok.core.identity import Authenticator
from rustok.testing.databases import TestDatabase

PASSWORD = "correct horse battery"
CHEAP = {"RUSTOK_AUTH__ARGON2_MEMORY_KIB": "64", "RUSTOK_AUTH__ARGON2_PASSES": "1"}


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def turn(self, **by: float) -> None:
        self._now += timedelta(**by)


class People:
    """Signs people up and in."""

    def __init__(self, host: Host, ctx: Context, visitor: Context) -> None:
        self._host = host
        self._ctx = ctx
        self._visitor = visitor

    async def register(self, email: str = "ada@example.org") -> SignedIn:
        given = Registration(email=email, password=PASSWORD, name="Ada")
        return await self._host.get(AuthService).register(self._visitor, given)

    async def login(self, email: str = "ada@example.org", password: str = PASSWORD) -> SignedIn:
        given = Credentials(email=email, password=password)
        return await self._host.get(AuthService).login(self._visitor, given)

    async def staff(self, *roles: str, email: str = "staff@example.org") -> Context:
        """The context of a new user with these roles, as a request with its token has it."""
        given = NewUser(email=email, password=PASSWORD, name="Grace", roles=roles)
        await self._host.get(UserService).create(self._ctx, given)
        return await self.context(await self.login(email))

    async def context(self, signed_in: SignedIn) -> Context:
        token = signed_in.tokens.access_token
        actor = await self._host.get(Authenticator).authenticate(self._ctx.tenant, token)
        return msgspec.structs.replace(self._visitor, actor=actor)


class CountingHasher(PasswordHasher):
    """Counts how often a password is verified."""

    verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Any:  # noqa: A002  # as inherited
        self.verified += 1
        return super().verify(hash, password)


def count_hashes(auth: AuthService) -> CountingHasher:
    """Puts a counting hasher, of the same cost, into the service."""
    known = auth._passwords._hasher
    counting = CountingHasher(
        time_cost=known.time_cost,
        memory_cost=known.memory_cost,
        parallelism=known.parallelism,
        hash_len=known.hash_len,
        salt_len=known.salt_len,
    )
    auth._passwords._hasher = counting
    return counting


async def rows(database: TestDatabase, statement: str, *values: Any) -> list[asyncpg.Record]:
    """What the owner of the database sees."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        return list(await connection.fetch(statement, *values))
    finally:
        await connection.close()


async def facts(database: TestDatabase) -> list[tuple[str, int, str]]:
    """Name, aggregate version and payload of every event about people, in order."""
    found = await rows(
        database,
        "SELECT name, aggregate_version, payload FROM sys_events "
        "WHERE aggregate IN ('user', 'session', 'role', 'user_roles') ORDER BY insert_order",
    )
    return [(row["name"], row["aggregate_version"], row["payload"]) for row in found]


async def within(seconds: float, condition: Callable[[], Awaitable[bool]]) -> float:
    """How long it took until the condition held; fails where that is longer than given."""
    begun = monotonic()
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  # it is another process's
            await asyncio.sleep(0.02)
    return monotonic() - begun
